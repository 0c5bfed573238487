"""All errors that tenfold raises on purpose, with the exit codes of the command line.

    TenfoldError                       2
    ├── UsageError        ValueError   1   an option, a field or a combination that makes no sense
    ├── MissingExtraError ImportError  1   an optional extra that is not installed
    ├── DataError         ValueError   2   a data file that cannot be trusted
    ├── ModelError        ValueError   2   a model folder that cannot be trusted
    ├── OutputError       OSError      2   a place that cannot be written to
    ├── FetchError        OSError      2   a download that cannot be completed
    ├── KaggleError       OSError      2   what Kaggle refuses, or cannot be asked
    ├── DivergedError     ArithmeticError 2  a training whose loss is not finite
    └── Interrupted                    3   stopped on request; the hint says how to resume

Each has a second parent from the standard library, so that code that knows nothing of tenfold can
catch it. Each message ends in a hint: what to do about it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

FAULTS_SHOWN = 10  # further faults are counted


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
    """An option, a field or a combination that makes no sense."""

    exit_code: ClassVar[int] = 1


class MissingExtraError(TenfoldError, ImportError):
    """A feature needs an optional extra, e.g. `train`, that is not installed."""

    exit_code: ClassVar[int] = 1

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs the '{extra}' extra, which is not installed",
            hint=install_command(extra),
        )


def install_command(extra: str) -> str:
    """The command that installs an extra from where tenfold itself was installed, which pip notes
    (PEP 610): a clone, a wheel, or a package index. Where that is gone, both ways are named.
    """
    import json
    from importlib import metadata

    either = f"pip install '.[{extra}]' in a clone, or 'WHEEL.whl[{extra}]' with a wheel"
    try:
        noted = metadata.distribution("tenfold").read_text("direct_url.json")
        if noted is None:
            return f"pip install 'tenfold[{extra}]'"
        origin = json.loads(noted)
        url = str(origin["url"])
        editable = "-e " if origin.get("dir_info", {}).get("editable") else ""
    except (metadata.PackageNotFoundError, ValueError, KeyError):
        return either
    place = url.removeprefix("file://")  # with %20 or a drive's letter it is not found below
    if not url.startswith("file://") or not os.path.exists(place):
        return either
    return f"pip install {editable}'{place}[{extra}]'"


@dataclass(frozen=True)
class Fault:
    """A fault in a data file: its place (`train.csv:4711`) and the problem."""

    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}".replace("\n", "\\n")  # of a file name


class DataError(TenfoldError, ValueError):
    """All faults of one file at once: the first ten, and a count of the rest."""

    def __init__(
        self, problem: str | Sequence[Fault], *, hint: str, fault_count: int | None = None
    ) -> None:
        self.faults = () if isinstance(problem, str) else tuple(problem)
        self.fault_count = len(self.faults) if fault_count is None else fault_count
        shown = [str(fault) for fault in self.faults[:FAULTS_SHOWN]]
        if (rest := self.fault_count - len(shown)) > 0 and shown:
            shown.append(f"... and {rest:,} more")
        super().__init__(problem if isinstance(problem, str) else "\n".join(shown), hint=hint)


class ModelError(TenfoldError, ValueError):
    """A model folder that cannot be trusted."""


class OutputError(TenfoldError, OSError):
    """A place that cannot be written to."""


class FetchError(TenfoldError, OSError):
    """A download that cannot be completed."""


class KaggleError(TenfoldError, OSError):
    """What Kaggle refuses, or cannot be asked."""


class DivergedError(TenfoldError, ArithmeticError):
    """A training whose loss is not finite."""


class Interrupted(TenfoldError):
    """Work that was stopped on request; the hint says how to resume it."""

    exit_code: ClassVar[int] = 3
