"""Digits: tiles with labels and lineage, made of arrays or of columns of numbers; and splits.

In: arrays, frames, tensors, lists, or columns of numbers with their names.
Out: `Digits`, or a DataError that says what cannot be taken and how to convert it.
"""

from tenfold.digits.digits import IN_MEMORY, DataFile, Digits, join
from tenfold.digits.memory import images_from, tiles_from
from tenfold.digits.splits import stratified_folds, stratified_split
from tenfold.digits.table_frame import AUTO, DataOptions
from tenfold.digits.tile import CLASSES, INK_BOX, PIXELS, SIDE, Images, Labels, Rows

__all__ = [
    "AUTO",
    "CLASSES",
    "INK_BOX",
    "IN_MEMORY",
    "PIXELS",
    "SIDE",
    "DataFile",
    "DataOptions",
    "Digits",
    "Images",
    "Labels",
    "Rows",
    "images_from",
    "join",
    "stratified_folds",
    "stratified_split",
    "tiles_from",
]
