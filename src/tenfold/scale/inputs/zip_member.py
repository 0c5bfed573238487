"""The form of tables and arrays inside a zip: each member is one shard, read without unpacking."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path

from tenfold.digits import DataOptions
from tenfold.errors import DataError
from tenfold.files import natural_order, sha256_of
from tenfold.framing.formats import UNPACK
from tenfold.scale.inputs.array import npy_layout, unpacked_rows
from tenfold.scale.inputs.batch import Batch
from tenfold.scale.inputs.input_file import InputFile, InputRange, RowOptions
from tenfold.scale.inputs.text import BYTES_OF_A_ROW, stream_rows
from tenfold.scale.inputs.text_layout import TextLayout
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.kaggle import refuse_other_formats
from tenfold.sources.tables.lines import Lines
from tenfold.sources.tables.names import is_table_name
from tenfold.sources.unpacking.unpack import open_zip

UNPACKED_BYTES_MAX = 1 << 50  # nothing is unpacked to the disk or the memory
TABLES, ARRAYS = (".csv", ".tsv", ".txt", ".data"), (".npy",)

Choose = Callable[[list[str]], list[str]]
Say = Callable[[str], None]


def understand_zip(
    file: InputFile, options: DataOptions, choose: Choose, say: Say
) -> list[InputFile]:
    """The tables and arrays of a zip that `choose` takes, with their layouts. Raises DataError."""
    with (
        file_errors_as_data_error(file.name),
        open_zip(file.name, unpacked_bytes_max=UNPACKED_BYTES_MAX) as archive,
    ):
        names = sorted(archive.sizes_bytes, key=natural_order)
        names = [
            name for name in names if not any(p.startswith((".", "__")) for p in name.split("/"))
        ]
        tables = choose([name for name in names if is_table_name(name, (*TABLES, *ARRAYS))])
        if not tables:
            refuse_other_formats(file.name, names)
            listed = ", ".join(names[:3]) or "nothing"
            raise DataError(f"{file.name}: holds no table of digits, but {listed}", hint=UNPACK)
        found = []
        for name in tables:
            member = replace(file, form="zip array", member=name)
            with archive.open(name) as stream:
                if os.path.splitext(name)[1].lower() in ARRAYS:
                    layout = npy_layout(stream, member.shown)
                    found.append(replace(member, layout=layout.to_json(), rows_about=layout.rows))
                    continue
                text = TextLayout.of(lines := Lines(stream, member.shown), options)
            for note in (*([text.words()] if text.words() else []), *lines.notes):
                say(f"note: {member.shown}: {note}")
            rows = archive.sizes_bytes[name] // BYTES_OF_A_ROW
            found.append(replace(member, form="zip text", layout=text.to_json(), rows_about=rows))
    return found


class ZipMember:
    """A member of a zip, which is one shard."""

    def cuts(self, file: InputFile, rows: int) -> Generator[InputRange, None, str]:
        known = file.rows_about if file.form == "zip array" else None
        yield InputRange(0, known or 0, 1, known, file.size_bytes)
        with file_errors_as_data_error(file.name):
            return sha256_of(Path(file.name))

    def read(self, file: InputFile, cut: InputRange, wanted: RowOptions) -> Iterator[Batch]:
        with (
            file_errors_as_data_error(file.name),
            open_zip(file.name, unpacked_bytes_max=UNPACKED_BYTES_MAX) as archive,
            archive.open(file.member) as stream,
        ):
            if file.form == "zip array":
                yield from unpacked_rows(stream, file, cut)
            else:
                yield from stream_rows(stream, file, cut, wanted)
