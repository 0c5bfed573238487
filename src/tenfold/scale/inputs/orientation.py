"""Whether the tiles of a job lie transposed, as EMNIST's do: by an option, or by the first rows."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

import numpy as np

from tenfold.digits import SIDE, DataOptions, Images
from tenfold.errors import DataError
from tenfold.scale.inputs.forms import form_of
from tenfold.scale.inputs.input_file import InputFile, RowOptions
from tenfold.sources.upright.turning import note_of

ROWS_LOOKED_AT = 200  # ten are nearly always enough

Say = Callable[[str], None]


def oriented(files: Sequence[InputFile], options: DataOptions, say: Say) -> list[InputFile]:
    """The files that one word of the command line names, marked where their tiles are to be turned.

    The first rows of the first file decide for all of them, and a note says so.
    """
    if not files or options.transposed == "no":
        return list(files)
    looked_at = [_first_tiles(files[0])] if options.transposed == "auto" else []
    turn, said = note_of(looked_at, options)
    if said:
        more = f" and {len(files) - 1:,} more" if len(files) > 1 else ""
        say(f"note: {files[0].shown}{more}: {said}")
    return [replace(file, transposed=turn) for file in files]


def _first_tiles(file: InputFile) -> Images:
    """The first tiles of a file, [n, 28, 28]; none where they cannot be read: the job tells."""
    form, tiles = form_of(file), np.zeros((0, SIDE, SIDE), np.uint8)
    with contextlib.suppress(DataError), closing(form.cuts(file, ROWS_LOOKED_AT)) as cuts:
        for batch in form.read(file, next(cuts), RowOptions()):
            tiles = np.concatenate([tiles, batch.images])
            if len(tiles) >= ROWS_LOOKED_AT:
                break
    return tiles[:ROWS_LOOKED_AT]
