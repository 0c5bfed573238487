"""Good digits, which the tests of this room may spoil, and a report of two faults."""

from __future__ import annotations

import pytest

from digit_files import of_file, written_digits
from tenfold.checks import CheckReport, inspect
from tenfold.digits import Digits


@pytest.fixture
def train() -> Digits:
    return written_digits()


@pytest.fixture
def test() -> Digits:
    return of_file(written_digits(seed=1).images, None, "test.csv")


@pytest.fixture
def report(train: Digits, test: Digits) -> CheckReport:
    train.images[3] = 0
    train.images[[14, 15]] = train.images[[4, 5]]
    return CheckReport(train, test, tuple(inspect(train, test)))
