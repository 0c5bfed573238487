"""The command line: parse, one library call, print.

In: the words that a user types.
Out: data on standard output, messages on standard error, and an exit code.
"""

from tenfold.cli.program import main, tenfold

__all__ = ["main", "tenfold"]
