"""The output of a scoring job: parts of CSV or Parquet, files of rejects, one file made of parts.

In: answers of a batch, column by column; the numbers of a page.
Out: a file that appears whole or not at all, whose bytes depend on the answers alone.
"""

from tenfold.scale.outputs.answers import Answers, Column, answers_of
from tenfold.scale.outputs.joined import join_parts, join_rejects
from tenfold.scale.outputs.numbers_part import Numbers
from tenfold.scale.outputs.part import WrittenPart, open_part
from tenfold.scale.outputs.rejects import Rejects

__all__ = [
    "Answers",
    "Column",
    "Numbers",
    "Rejects",
    "WrittenPart",
    "answers_of",
    "join_parts",
    "join_rejects",
    "open_part",
]
