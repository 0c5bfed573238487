"""What a terminal shows of what is written to it."""

from __future__ import annotations

import re


def lines_shown(written: str) -> list[str]:
    """The lines that stand on a terminal in the end: a return goes back to the left, `ESC [2K`
    clears the line, and what is written covers what was there."""
    lines, column = [""], 0
    for piece in re.split(r"(\r|\n|\x1b\[2K|\x1b\[\?25[lh])", written):
        if piece == "\r":
            column = 0
        elif piece == "\n":
            lines.append("")
        elif piece == "\x1b[2K":
            lines[-1] = ""
        elif not piece.startswith("\x1b"):
            lines[-1] = lines[-1][:column].ljust(column) + piece + lines[-1][column + len(piece) :]
            column += len(piece)
    return [line.rstrip() for line in lines]
