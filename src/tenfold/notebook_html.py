"""HTML for the cells of a notebook: small, bounded, and readable on dark and bright grounds.

Styles are inline, because notebooks that are not trusted drop style sheets; colours are inherited,
or grey enough for both grounds. All text is escaped.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

TEXT_MAX = 300  # characters of one text; the rest is cut
TILES_MAX = 12
TILE_SIDE = 56  # pixels
LINE = "1px solid rgba(128,128,128,.45)"
CELL = f"border:{LINE};padding:2px 8px;text-align:right"
FAINT = "opacity:.7;font-size:90%"


def cell(*parts: str) -> str:
    """The output of a cell, from parts of HTML."""
    return f'<div style="max-width:60em;line-height:1.4">{"".join(parts)}</div>'


def title(text: str) -> str:
    return f'<div style="font-weight:600;margin:.4em 0">{_cut(text)}</div>'


def lines(texts: Iterable[str]) -> str:
    """One line for each text."""
    return "".join(f"<div>{_cut(text)}</div>" for text in texts if text)


def faint(text: str) -> str:
    return f'<div style="{FAINT}">{_cut(text)}</div>'


def hint(text: str) -> str:
    """A hint, line by line; code in it keeps its shape, so that it can be copied."""
    shown = "".join(
        f"<code>{_cut(line)}</code><br>" if line.startswith("  ") else f"<div>{_cut(line)}</div>"
        for line in text.split("\n")
    )
    return f'<div style="{FAINT};white-space:pre-wrap">{shown}</div>'


def table(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> str:
    """A table; the first column are headers of the rows."""
    head = "".join(f'<th style="{CELL}">{_cut(str(name))}</th>' for name in header)
    body = "".join(
        f'<tr><th style="{CELL}">{_cut(str(first))}</th>'
        + "".join(f'<td style="{CELL}">{_cut(str(value))}</td>' for value in rest)
        + "</tr>"
        for first, *rest in rows
    )
    top = f"<tr>{head}</tr>" if header else ""
    shown = f'<table style="border-collapse:collapse;margin:.4em 0">{top}{body}</table>'
    return f'<div style="overflow-x:auto">{shown}</div>'  # a narrow cell scrolls


def counts(matrix: npt.NDArray[np.int64]) -> str:
    """A confusion matrix [k, k]; zeros are left blank."""
    return table(
        ["true \\ read", *range(len(matrix))],
        [[row, *(f"{n:,}" if n else "" for n in values)] for row, values in enumerate(matrix)],
    )


def tiles(captioned: Iterable[tuple[npt.NDArray[np.uint8], str]]) -> str:
    """The first TILES_MAX tiles uint8 [28, 28], each above its caption."""
    shown = list(captioned)[:TILES_MAX]
    return "".join(
        f'<span style="display:inline-block;margin:3px;text-align:center">'
        f'<img alt="" width="{TILE_SIDE}" height="{TILE_SIDE}" src="{png_uri(image)}" '
        f'style="image-rendering:pixelated;border:{LINE}"><br>'
        f'<span style="{FAINT}">{_cut(caption)}</span></span>'  # faint ink would be other ink
        for image, caption in shown
    )


def png_uri(pixels: npt.NDArray[np.uint8]) -> str:
    """A picture, uint8 [h, w] or [h, w, 3], as the address of an <img>."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", optimize=True)
    return uri(file.getvalue(), "png")


def uri(content: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def picture(content: bytes, alternative: str) -> str:
    """A PNG file as an <img>, never wider than the cell."""
    address, spoken = uri(content, "png"), _cut(alternative)
    return f'<img alt="{spoken}" src="{address}" style="max-width:100%;margin:.4em 0">'


def _cut(text: str) -> str:
    return html.escape(text if len(text) <= TEXT_MAX else f"{text[:TEXT_MAX]} …")
