"""Tables of digits that are not 28 x 28, or not a column a pixel: their names, and two lines of
Python that turn them into something that is read."""

from __future__ import annotations

import re

from tenfold.errors import DataError

BETWEEN = re.compile(rb"[,;\t ]+")
NUMBER = re.compile(rb"[-+]?\d+\.?\d*(?:[eE][-+]?\d+)?")
FRAME = "  import numpy; from tenfold.framing import frame_ink; t = numpy.loadtxt('FILE'{comma})\n"
SAVE = "  numpy.savez('OTHER.npz', y={y}, X=[frame_ink({image}.astype('uint8')) for i in {rows}])"
# by the number of columns: what it is, the labels, the image of a row i, the rows
SMALL = {
    65: (
        "a table of 8 x 8 images 0..16 and a label, such as UCI's optdigits",
        "t[:, 64]",
        "numpy.kron(i.reshape(8, 8) / 16 * 255, numpy.ones((4, 4)))",
        "t[:, :64]",
    ),
    257: (
        "a table of a label and 16 x 16 images -1..1, such as zip.train (USPS)",
        "t[:, 0]",
        "((i.reshape(16, 16) + 1) * 127.5)",
        "t[:, 1:]",
    ),
    266: (
        "a table of 16 x 16 images 0..1 and ten columns one-hot, such as semeion.data",
        "t[:, 256:].argmax(axis=1)",
        "(i.reshape(16, 16) * 255)",
        "t[:, :256]",
    ),
}
LFS = b"version https://git-lfs"
HINT_FIRST_LINE = (
    "leave that line out:\n"
    "  lines = open('FILE', encoding='utf-8-sig').readlines()\n"
    "  open('OTHER.csv', 'w', encoding='utf-8').writelines(lines[1:])"
)
CELLS = (
    "a table with all pixels of an image in one cell",
    "  import numpy, pandas, re; table = pandas.read_csv('FILE')\n"
    "  numpy.savez('OTHER.npz', y=table['{label}'], "
    "X=[[float(n) for n in re.findall(r'[0-9.]+', cell)] for cell in table['{pixels}']])",
)


def refuse_known_table(first: bytes, second: bytes, name: str) -> None:
    """Raise DataError for a table that is known by its first two lines."""
    if first.startswith(LFS):
        raise DataError(
            f"{name}: is a pointer of Git LFS, not the file itself",
            hint="bring the file: git lfs pull",
        )
    if first.lower().lstrip(b'"').startswith(b"sep="):
        raise DataError(
            f"{name}: begins with Excel's line {first.decode(errors='replace').strip()}",
            hint=HINT_FIRST_LINE,
        )
    cells = BETWEEN.split(first.strip())
    numbers = sum(NUMBER.fullmatch(cell) is not None for cell in cells)
    if len(cells) in SMALL and numbers == len(cells):
        called, labels, image, rows = SMALL[len(cells)]
        code = FRAME.format(comma=", delimiter=','" if b"," in first else "")
        code += SAVE.format(y=labels, image=image, rows=rows)
        raise DataError(f"{name}: is {called}", hint=f"frame its images:\n{code}")
    names = first.decode(errors="replace").strip().split(",")
    if len(names) == 2 and len(NUMBER.findall(second)) >= 700:
        # the pixels are in the longer cell
        label, pixels = names if second.find(b",") < len(second) / 2 else reversed(names)
        called, code = CELLS
        code = code.format(label=label.strip('"'), pixels=pixels.strip('"'))
        raise DataError(f"{name}: is {called}", hint=f"give them a column each, or:\n{code}")
