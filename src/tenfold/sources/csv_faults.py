"""What is wrong with a CSV, where, and what to do about it. Reached only by files that are."""

from __future__ import annotations

from collections.abc import Sequence

from tenfold.digits import PIXELS, SIDE
from tenfold.errors import DataError, Fault

COUNTED_MAX = 10_000  # faults; who has more wants another file, not an exact count

PIXEL_NAMES = [f"pixel{index}" for index in range(PIXELS)]
# the other header in wide use for MNIST: row x column, from 1
GRID_NAMES = [f"{row}x{column}" for row in range(1, SIDE + 1) for column in range(1, SIDE + 1)]

HINT_DOWNLOAD = "download the file again; Kaggle's begins with the line label,pixel0,...,pixel783"
HINT_HEADER = "the first line must be label,pixel0,...,pixel783 (or, without labels, the pixels)"
HINT_CELLS = "correct or remove these lines; pixels are whole numbers 0..255, labels 0..9"
HINT_DECIMALS = "save whole numbers: frame.astype('uint8').to_csv(..., index=False)"
HINT_FRACTIONS = "scale them back: (255 * pixels).round().astype('uint8')"
HINT_INDEX = "save it without the index: frame.to_csv(..., index=False)"


def refuse_other_formats(start: bytes, name: str) -> None:
    """Raise DataError if the first bytes of a file are not those of a text table."""
    text = start[:1024].lstrip().lower()
    if not start:
        raise DataError(f"{name}: is empty", hint=HINT_DOWNLOAD)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(f"{name}: is UTF-16 text", hint="save it as UTF-8 (plain CSV)")
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        raise DataError(
            f"{name}: is an HTML page, not data",
            hint="the link led to a page, often a login: download the file itself",
        )
    for magic, kind in ((b"PK\x03\x04", "zip"), (b"\x1f\x8b", "gzip"), (b"PAR1", "Parquet")):
        if start.startswith(magic):
            raise DataError(
                f"{name}: is a {kind} file by its content", hint="give it the ending of its kind"
            )
    if start.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")):
        raise DataError(
            f"{name}: is a picture", hint="put pictures into a folder, and give the folder"
        )
    if b"\0" in start[:4096]:
        raise DataError(f"{name}: holds NUL bytes: not a text file", hint=HINT_DOWNLOAD)


def is_labelled(header: Sequence[str], name: str) -> bool:
    """Whether the first column is the label. Raises DataError on any other layout than Kaggle's."""
    for names in (PIXEL_NAMES, GRID_NAMES):
        if list(header) == ["label", *names]:
            return True
        if list(header) == names:
            return False
    problem, hint = _header_problem(list(header))
    raise DataError([Fault(f"{name}:1", problem)], hint=hint)


def _header_problem(header: list[str]) -> tuple[str, str]:
    """What is wrong with a header that is neither of the two layouts, and the remedy."""
    known = ["label", *PIXEL_NAMES]
    if all(_is_number(cell) for cell in header):
        return "the first line holds numbers, not column names", HINT_HEADER
    for separator, called in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and header[0].count(separator) >= PIXELS - 1:
            return (
                f"the columns are separated by {called}, not by commas",
                f"save it as plain CSV: pandas.read_csv(..., sep={separator!r}).to_csv(..., "
                "index=False)",
            )
    if header[1:] in (known, PIXEL_NAMES):
        return f"column 1 ('{header[0]}') is an index, not data", HINT_INDEX
    if sorted(header) in (sorted(known), sorted(PIXEL_NAMES)):
        expected = known if "label" in header else PIXEL_NAMES
        first = next(i for i, cell in enumerate(header) if cell != expected[i])
        return (
            f"the columns are out of order: column {first + 1} is {header[first]}, "
            f"expected {expected[first]}",
            "reorder them: frame[['label'] + [f'pixel{i}' for i in range(784)]]",
        )
    expected = known if "label" in header or len(header) > PIXELS else PIXEL_NAMES
    problem = f"{len(header)} columns, expected 785 (label, pixels) or 784 (pixels)"
    if missing := [cell for cell in expected if cell not in header]:
        problem += f"; missing: {_some(missing)}"
    if surplus := [cell for cell in header if cell not in known]:
        problem += f"; unknown: {_some(surplus)}"
    if repeated := sorted({cell for cell in header if header.count(cell) > 1}):
        problem += f"; repeated: {_some(repeated)}"
    return problem, HINT_HEADER


def diagnose(
    block: bytes, first_line: int, name: str, columns: Sequence[str], *, broken_off: bool
) -> list[Fault]:
    """All faults of a block of lines, in order, up to COUNTED_MAX.

    `broken_off`: the block is the end of the file, so a last line without an end may be cut.
    """
    lines = block.split(b"\n")
    unended = lines.pop()  # empty where the last line has its end
    faults: list[Fault] = []
    for number, line in enumerate(lines, first_line):
        problems = _line_problems(line.removesuffix(b"\r"), columns)
        faults += [Fault(f"{name}:{number}", text) for text in problems]
        if len(faults) > COUNTED_MAX:
            return faults[:COUNTED_MAX] + [Fault(f"{name}:{number}", "... reading stopped here")]
    if unended:
        number = first_line + len(lines)
        problems = _line_problems(unended, columns)
        if problems and broken_off:
            problems = [f"the last line is cut off: {problems[0]}"]
        faults += [Fault(f"{name}:{number}", text) for text in problems]
    # what the parser refuses and the rules above let pass is still refused
    return faults or [Fault(f"{name}:{first_line}", "cannot be read as numbers")]


def _line_problems(line: bytes, columns: Sequence[str]) -> list[str]:
    if b"\0" in line:
        return ["holds NUL bytes"]
    if not line.strip():
        return ["is blank"]
    cells = line.decode("utf-8", errors="replace").split(",")
    if [cell.strip().strip('"') for cell in cells[: len(columns)]] == list(columns):
        return ["is the header again"]
    if len(cells) != len(columns):
        return [f"{len(cells)} columns, expected {len(columns)}"]
    return [
        problem
        for cell, column in zip(cells, columns, strict=True)
        if (problem := _cell_problem(cell, column))
    ]


def _cell_problem(cell: str, column: str) -> str | None:
    """Why `cell` is no value of `column`; None for a good one."""
    highest = 9 if column == "label" else 255
    if cell.isascii() and cell.isdigit() and len(cell) <= 3 and int(cell) <= highest:
        return None
    if not cell.strip():
        return f"{column} is empty"
    shown = cell if len(cell) <= 20 else cell[:17] + "..."
    expected = f"0..{highest}" if _is_integer(cell) else f"a whole number 0..{highest}"
    if not _is_number(cell) or cell != cell.strip():
        shown = repr(shown)
    return f"{column} is {shown}, expected {expected}"


def as_error(faults: list[Fault]) -> DataError:
    """The faults of one file as one error, with the remedy that fits most of them."""
    texts = [fault.problem for fault in faults]
    cells = [text.split(" is ", 1)[1].split(",")[0] for text in texts if ", expected a" in text]
    numbers = [float(cell) for cell in cells if _is_number(cell)]
    # the same fault everywhere is told once, unless others (but for the last word) are among them
    if len(numbers) > 100 and len(numbers) >= len(faults) - 1:
        for everywhere, what, remedy in (
            (all(n.is_integer() for n in numbers), "saved as decimals", HINT_DECIMALS),
            (all(0 <= n <= 1 for n in numbers), "scaled to 0..1", HINT_FRACTIONS),
        ):
            if everywhere:
                first = faults[0]
                problem = f"{first.problem}: the pixels are {what}"
                return DataError([Fault(first.place, problem)], hint=remedy)
    if any("cut off" in text for text in texts):
        hint = "the download or the copy broke off: fetch the file again"
    elif all(text == "is the header again" for text in texts):
        hint = "remove the repeated header: files were joined without taking it off"
    elif any("NUL" in text or "cannot be read" in text for text in texts):
        hint = HINT_DOWNLOAD
    else:
        hint = HINT_CELLS
    return DataError(faults, hint=hint)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_integer(text: str) -> bool:
    return text.lstrip("+-").isdigit()


def _some(words: Sequence[str]) -> str:
    shown = ", ".join(repr(word[:20]) for word in words[:3])
    return shown if len(words) <= 3 else f"{shown} and {len(words) - 3} more"
