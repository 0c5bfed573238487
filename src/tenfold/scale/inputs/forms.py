"""The forms of input by name. To add one: a class with `cuts` and `read`, and a line here."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Protocol

from tenfold.scale.inputs.array import Array, PackedArray
from tenfold.scale.inputs.batch import Batch
from tenfold.scale.inputs.input_file import InputFile, InputRange, RowOptions
from tenfold.scale.inputs.parquet import Parquet
from tenfold.scale.inputs.pictures import PackedTar, Pictures
from tenfold.scale.inputs.text import PackedText, Text
from tenfold.scale.inputs.zip_member import ZipMember


class Form(Protocol):
    """One form of input."""

    def cuts(self, file: InputFile, rows: int) -> Generator[InputRange, None, str]:
        """Yield the cuts of a file, of about `rows` rows each, in order; the file's SHA-256.

        They depend on nothing but the file's content and `rows`. Raises DataError.
        """

    def read(self, file: InputFile, cut: InputRange, wanted: RowOptions) -> Iterator[Batch]:
        """Yield the rows of a cut in their order, in bounded memory. Raises DataError."""


FORMS: dict[str, Form] = {
    "text": Text(),
    "packed text": PackedText(),
    "array": Array(),
    "packed array": PackedArray(),
    "parquet": Parquet(),
    "zip text": ZipMember(),
    "zip array": ZipMember(),
    "pictures": Pictures(),
    "tar": Pictures(),
    "packed tar": PackedTar(),
    "zip of pictures": Pictures(),
}


def form_of(file: InputFile) -> Form:
    """The form that reads a file."""
    return FORMS[file.form]
