"""One process that answers: its application, run by uvicorn on a socket that is bound already."""

from __future__ import annotations

import asyncio
import socket
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenfold.serving.gate.limits import Limits

if TYPE_CHECKING:
    from tenfold.serving.gate.envelope import Envelope

BACKLOG = 2048  # connections that wait to be accepted
LIFE_SECONDS = 1  # between two heartbeats
STOP_SHARE = 0.9  # of --stop-seconds, for what is under way; the rest is for ending
ACCEPTS_PER_ROUND = 32  # connections taken in one round of the loop, at most


@dataclass(frozen=True)
class Settings:
    """All that a worker needs to make its application; travels to its process."""

    model: str = "pictures"
    limits: Limits = field(default_factory=Limits)
    hosts: tuple[str, ...] | None = None  # names that the server may be called by; None: any
    origins: tuple[str, ...] = ()  # of pages that may ask, besides its own
    token: str | None = field(default=None, repr=False)
    keep: str | None = None
    threads: int = 1  # of one call of the model: more of them spin while they wait for work
    quiet: bool = False


class Heartbeat:
    """What a worker shows to who watches it. By itself nobody does."""

    def ready(self) -> None:
        """It answers."""

    def alive(self) -> None:
        """Its event loop goes round, and its model answers."""

    def stops(self) -> None:
        """It was asked to stop: from now on it finishes what it has."""


def run_worker(settings: Settings, listening: socket.socket, heartbeat: Heartbeat) -> None:
    """Serve on a bound socket until a signal asks to stop."""
    import uvicorn

    from tenfold.serving.gate.journal import start_logging
    from tenfold.serving.gate.protocol import LimitedConfig

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            heartbeat.ready()
            self._life = asyncio.create_task(show_life())

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            self._life.cancel()
            heartbeat.stops()
            await super().shutdown(sockets)

    start_logging(quiet=settings.quiet)
    envelope = application(settings)

    async def show_life() -> None:
        """Uvicorn's own callback comes once in ten rounds of the loop, which may be long ones."""
        while True:
            if envelope.alive():
                heartbeat.alive()
            await asyncio.sleep(LIFE_SECONDS)

    config = LimitedConfig(
        envelope,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=settings.limits.idle_seconds,
        timeout_graceful_shutdown=STOP_SHARE * settings.limits.stop_seconds,
    )
    Server(config).run(listening_sockets(listening))


def listening_sockets(listening: socket.socket) -> list[socket.socket]:
    """The same socket many times over. Of each uvloop takes one connection a round, and rounds are
    long where many ask: of hundreds that come at once the last would wait for seconds."""
    if sys.platform == "win32":  # no uvloop there
        return [listening]
    return [listening, *(listening.dup() for _ in range(ACCEPTS_PER_ROUND - 1))]


def application(settings: Settings) -> Envelope:
    """Raises ModelError, OutputError."""
    from tenfold.reading.reader import load
    from tenfold.serving.app import create_app
    from tenfold.serving.corrections import Corrections

    limits = settings.limits
    corrections = Corrections(settings.keep, limits.corrections_max) if settings.keep else None
    reader = load(settings.model, threads=settings.threads)
    return create_app(
        reader,
        limits,
        hosts=settings.hosts,
        origins=settings.origins,
        token=settings.token,
        corrections=corrections,
    )
