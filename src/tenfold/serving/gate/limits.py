"""Limits of one worker: on requests, connections, memory and time."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from tenfold.errors import UsageError
from tenfold.isolation import Bounds

MB = 1 << 20


def _limit(default: Any, help: str) -> Any:
    return dataclasses.field(default=default, metadata={"help": help})


@dataclass(frozen=True)
class Limits:
    """Limits of one worker. Above one of them it refuses at once, with 408, 413, 431 or 503."""

    answer_seconds: float = _limit(
        10.0, "Time for an answer; what cannot be answered by then is refused at once, with 503."
    )
    requests_max: int = _limit(1000, "Requests held at once; more are refused with 503.")
    connections_max: int = _limit(1000, "Open connections; more are refused with 503.")
    body_mb_max: float = _limit(32.0, "Size of a picture, in MiB.")
    json_mb_max: float = _limit(4.0, "Size of a JSON body, in MiB.")
    picture_seconds: float = _limit(
        5.0, "Processor time to open and search a picture; by the clock four times that."
    )
    picture_memory_mb: int = _limit(1024, "Memory to open and search a picture, in MiB (Linux).")
    buffered_mb_max: float = _limit(256.0, "Bodies held in memory at once, in MiB.")
    pages_max: int = _limit(
        20, "Pages of a document that are read for one request; of more, ask for each by itself."
    )
    tiles_max: int = _limit(1000, "Tiles of one request.")
    header_kb_max: float = _limit(32.0, "Size of a request's head, in KiB.")
    header_seconds: float = _limit(10.0, "Time to send a request's head.")
    body_seconds: float = _limit(60.0, "Time to send a body.")
    send_seconds: float = _limit(30.0, "Time to take an answer; then the connection is cut.")
    idle_seconds: float = _limit(30.0, "Time that a connection may idle between requests.")
    stop_seconds: float = _limit(20.0, "Time to finish what was taken on, when asked to stop.")
    corrections_max: int = _limit(10_000, "Tiles that --keep stores.")

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if not value > 0:  # also refuses NaN
                name = field.name.replace("_", "-")
                raise UsageError(f"--{name} is {value}", hint="give a number above 0")

    @property
    def picture_bounds(self) -> Bounds:
        return Bounds(self.picture_seconds, self.picture_memory_mb, in_background=True)

    @property
    def body_bytes_max(self) -> int:
        return int(self.body_mb_max * MB)

    @property
    def json_bytes_max(self) -> int:
        return int(self.json_mb_max * MB)

    @property
    def buffered_bytes_max(self) -> int:
        return int(self.buffered_mb_max * MB)

    @property
    def header_bytes_max(self) -> int:
        return int(self.header_kb_max * 1024)
