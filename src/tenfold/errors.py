"""Everything that tenfold raises on purpose, and the exit code the command line gives it.

    TenfoldError                       2
    ├── UsageError        ValueError   1   an option, a field or a combination that makes no sense
    ├── MissingExtraError ImportError  1   a part that was not installed
    ├── DataError         ValueError   2   a data file that cannot be trusted
    ├── ModelError        ValueError   2   a model folder that cannot be trusted
    ├── OutputError       OSError      2   a place that cannot be written to
    ├── FetchError        OSError      2   a download that cannot be completed
    ├── DivergedError     ArithmeticError 2  a training that blew up
    └── Interrupted                    3   stopped on request; says how to go on

Each has a second parent from the standard library, so that code which knows nothing of tenfold
can still catch it, and each message ends in a remedy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

FAULTS_SHOWN = 10  # more lines than this help nobody; the rest are counted


class TenfoldError(Exception):
    """A message, and a hint that says what to do about it."""

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\nhint: {self.hint}"


class UsageError(TenfoldError, ValueError):
    exit_code: ClassVar[int] = 1


class MissingExtraError(TenfoldError, ImportError):
    """Something was asked for that an optional extra brings, e.g. `train`."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} needs the '{extra}' extra, which is not installed",
            hint=f"pip install 'tenfold[{extra}]' (in a clone: pip install '.[{extra}]')",
        )


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a data file: where (`train.csv:4711`) and what."""

    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}".replace("\n", "\\n")  # a file may be named so


class DataError(TenfoldError, ValueError):
    """All the faults of one file, told at once: the first ten and a count of the rest."""

    def __init__(
        self, problem: str | Sequence[Fault], *, hint: str, fault_count: int | None = None
    ) -> None:
        self.faults = () if isinstance(problem, str) else tuple(problem)
        self.fault_count = len(self.faults) if fault_count is None else fault_count
        shown = [str(fault) for fault in self.faults[:FAULTS_SHOWN]]
        if (rest := self.fault_count - len(shown)) > 0 and shown:
            shown.append(f"... and {rest} more")
        super().__init__(problem if isinstance(problem, str) else "\n".join(shown), hint=hint)


class ModelError(TenfoldError, ValueError):
    pass


class OutputError(TenfoldError, OSError):
    pass


class FetchError(TenfoldError, OSError):
    pass


class DivergedError(TenfoldError, ArithmeticError):
    pass


class Interrupted(TenfoldError):
    exit_code: ClassVar[int] = 3
