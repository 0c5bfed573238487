"""Which files an input names: a path, a folder, a pattern such as `data/*.csv`, or `-`."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterator, Sequence

from tenfold.digits import TableOptions
from tenfold.errors import DataError, UsageError
from tenfold.files import natural_order
from tenfold.scale.inputs.input_file import InputFile
from tenfold.scale.inputs.text import understand_text

STDIN = "-"
Say = Callable[[str], None]


def find_inputs(words: Sequence[str], options: TableOptions, say: Say) -> list[InputFile]:
    """The files of the inputs in the order given, those of a folder in natural order.

    Raises DataError where there is none, or where one is no table of digits; UsageError.
    """
    if not words:
        raise UsageError("score needs an input", hint="tenfold score big.csv -o out")
    paths = [path for word in words for path in _paths(word)]
    twice = [path for path in paths if paths.count(path) > 1] if len(paths) < 1000 else []
    if twice:
        raise UsageError(f"{twice[0]}: is given twice", hint="give each file once")
    return [understand_text(InputFile.at(path, "text"), options, say) for path in paths]


def _paths(word: str) -> Iterator[str]:
    if os.path.isdir(word):
        names = sorted(os.listdir(word), key=natural_order)
        files = [os.path.join(word, name) for name in names if not name.startswith(".")]
        yield from [path for path in files if os.path.isfile(path)]
    elif os.path.lexists(word):
        yield word
    else:
        found = sorted(glob.glob(word), key=natural_order)
        if not found:
            raise DataError(f"{word}: no such file or folder", hint="check the path")
        yield from found
