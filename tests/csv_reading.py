"""Reading of a CSV in memory, and the error that refuses it."""

from __future__ import annotations

import io

import pytest

from tenfold.digits import Digits
from tenfold.errors import DataError
from tenfold.sources.tables.csv_file import read_csv


def read(text: str | bytes) -> Digits:
    content = text.encode() if isinstance(text, str) else text
    return read_csv(io.BytesIO(content), "train.csv")[0]


def refusal(text: str | bytes) -> DataError:
    with pytest.raises(DataError) as caught:
        read(text)
    return caught.value
