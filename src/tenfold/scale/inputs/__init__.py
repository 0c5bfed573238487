"""The inputs of a scoring job: each form is cut into shards, and read as a stream of tiles.

In: a file of one form, and the part of it that a shard is.
Out: `Batch`: tiles uint8 [n, 28, 28] with the numbers of their rows, and the rows that are bad.
"""

from tenfold.scale.inputs.batch import BadRow, Batch
from tenfold.scale.inputs.forms import form_of
from tenfold.scale.inputs.input_file import InputFile, InputRange, RowOptions

__all__ = ["BadRow", "Batch", "InputFile", "InputRange", "RowOptions", "form_of"]
