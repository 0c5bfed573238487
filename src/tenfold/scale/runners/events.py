"""What a runner tells of its work, and what it is asked to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from tenfold.scale.manifest import Manifest
from tenfold.scale.shard import Receipt, Shard


@dataclass(frozen=True)
class Job:
    """The work on shards: where the parts go, what they are, and how many bad rows a shard may
    have at most. Whoever works on it opens the model by the manifest's name, and checks it."""

    folder: Path
    manifest: Manifest
    bad_rows_max: int


@dataclass(frozen=True)
class Advanced:
    """So many rows and bytes of a shard were read since the last such event. They are negative
    where a shard is begun again."""

    rows: int
    size_bytes: int


@dataclass(frozen=True)
class Finished:
    """The part of a shard is in place."""

    receipt: Receipt


@dataclass(frozen=True)
class Remarked:
    """Something that the user should know of."""

    text: str


Event: TypeAlias = Advanced | Finished | Remarked


class Runner(Protocol):
    """Works on shards in any order, several at once."""

    def run(self, job: Job, shards: Iterator[Shard], stop: Callable[[], bool]) -> Iterator[Event]:
        """Yield what happens until all shards are done, or until `stop` is true.

        Closing the iterator ends all work at once. Raises the errors of the work.
        """
