"""Files that are no table of digits: what they are instead, and the way out."""

from __future__ import annotations

from tenfold.console import printable_line
from tenfold.errors import DataError
from tenfold.framing.kinds import NAMES, kind_of
from tenfold.framing.signatures import format_of
from tenfold.sources.decoding.sheets import HINT_SHEET

HINT_UTF16 = (
    'save it as UTF-8, as Excel\'s "CSV UTF-8" is, or:\n'
    "  text = open('FILE', encoding='utf-16', newline='').read()\n"
    "  open('OTHER.csv', 'w', encoding='utf-8', newline='').write(text)"
)
HINT_DOWNLOAD = "download the file again; Kaggle's begins with the line label,pixel0,...,pixel783"


def refuse_other_formats(start: bytes, name: str) -> None:
    """Raise DataError if `start`, the first bytes of a file, is not the start of a text table."""
    if not start:
        raise DataError(f"{name}: is empty", hint=HINT_DOWNLOAD)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(f"{name}: is UTF-16 text", hint=HINT_UTF16)
    if known := format_of(start):
        raise DataError(f"{name}: is {known.name}, not a table of rows", hint=known.remedy)
    if kind := kind_of(start):
        raise DataError(
            f"{name}: is a picture ({NAMES.get(kind, kind)}), not a table of rows",
            hint=f"read it with: tenfold read {printable_line(name)}; or put pictures of one digit "
            "each into a folder (labelled ones into its folders 0 to 9) and give the folder; "
            + HINT_SHEET,
        )
    if b"\0" in start[:4096]:
        raise DataError(
            f"{name}: holds NUL bytes: not a text file",
            hint=f"if it was CSV, {HINT_DOWNLOAD}; else save it as CSV",
        )
