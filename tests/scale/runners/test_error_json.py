"""Errors of workers arrive as they were raised."""

from __future__ import annotations

import json

import pytest

from tenfold.errors import DataError, Fault, MissingExtraError, OutputError, TenfoldError
from tenfold.scale.runners.error_json import FAULTS_MAX, error_from_json, error_to_json


def sent(problem: Exception) -> Exception:
    return error_from_json(json.loads(json.dumps(error_to_json(problem))))


@pytest.mark.parametrize(
    "problem",
    [
        DataError("t.csv: is empty", hint="give rows"),
        OutputError("out: is full", hint="make room"),
        MissingExtraError("writing Parquet files", "parquet"),
    ],
    ids=lambda problem: type(problem).__name__,
)
def test_an_error_of_tenfold_keeps_kind_message_and_hint(problem: TenfoldError) -> None:
    arrived = sent(problem)
    assert type(arrived) is type(problem)
    assert isinstance(arrived, TenfoldError)
    assert (arrived.message, arrived.hint) == (problem.message, problem.hint)


def test_the_first_faults_of_a_file_come_along_and_the_number_of_all() -> None:
    faults = [Fault(f"t.csv:{line}", "is bad") for line in range(FAULTS_MAX + 5)]
    arrived = sent(DataError(faults, hint="mend them"))
    assert isinstance(arrived, DataError)
    assert list(arrived.faults) == faults[:FAULTS_MAX]
    assert arrived.fault_count == FAULTS_MAX + 5


def test_a_fault_of_the_program_is_no_error_of_the_user() -> None:
    arrived = sent(KeyError("x"))
    assert type(arrived) is RuntimeError
    assert "in a worker: KeyError: 'x'" in str(arrived)
