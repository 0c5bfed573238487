"""Worker: one process that runs the application with uvicorn on a bound socket."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from tenfold.serving.gate.limits import Limits
from tenfold.serving.processes.hangup import HANGUP, Hangup

if TYPE_CHECKING:
    from tenfold.classifier import Engine
    from tenfold.serving.gate.envelope import Envelope

BACKLOG = 2048  # connections that wait to be accepted
HEARTBEAT_SECONDS = 1  # between two heartbeats
STOP_SHARE = 0.9  # of --stop-seconds, for requests in progress; the rest is for the shutdown
ACCEPTS_PER_ROUND = 32  # connections accepted in one round of the event loop, at most


@dataclass(frozen=True)
class Settings:
    """Settings of a worker's application; they are pickled and sent to its process."""

    model: str = "pictures"
    limits: Limits = field(default_factory=Limits)
    hosts: tuple[str, ...] | None = None  # allowed host names; None allows any
    origins: tuple[str, ...] = ()  # of other sites whose pages may send requests
    token: str | None = field(default=None, repr=False)
    keep: str | None = None
    threads: int = 1  # of one call of the model; idle ones would spin
    engine: Engine = "onnxruntime"  # what runs the model; `serve` makes a choice of "auto"
    quiet: bool = False


class Heartbeat:
    """Signals from a worker to its supervisor. This one ignores them."""

    def ready(self) -> None:
        """Signal that the worker answers."""

    def alive(self) -> None:
        """Signal that the event loop runs and the model answers."""

    def stops(self) -> None:
        """Signal that the worker was asked to stop, and finishes its requests."""


def run_worker(settings: Settings, listening: socket.socket, heartbeat: Heartbeat) -> None:
    """Serve on a bound socket until a signal asks to stop."""
    import uvicorn

    from tenfold.serving.gate.journal import start_logging
    from tenfold.serving.gate.portions import in_portions
    from tenfold.serving.gate.protocol import LimitedProtocol
    from tenfold.serving.gate.protocol_config import LimitedConfig

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            _change_model_on_hangup(envelope)
            heartbeat.ready()
            self._heartbeats = asyncio.create_task(_send_heartbeats(envelope, heartbeat))

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            self._heartbeats.cancel()
            heartbeat.stops()
            await super().shutdown(sockets)

    start_logging(quiet=settings.quiet)
    envelope = application(settings)
    config = LimitedConfig(
        envelope,
        in_portions(LimitedProtocol),
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


def _change_model_on_hangup(envelope: Envelope) -> None:
    """Load the model anew on each SIGHUP, where the system has it and this is the main thread."""
    if HANGUP is None or threading.current_thread() is not threading.main_thread():
        return
    loop, hangup = asyncio.get_running_loop(), Hangup()
    changes: set[asyncio.Task[None]] = set()  # the loop itself holds only weak references to them

    def change() -> None:
        if hangup.asks_for_a_change() and envelope.change_model is not None:
            task = asyncio.ensure_future(envelope.change_model())
            changes.add(task)
            task.add_done_callback(changes.discard)

    loop.add_signal_handler(HANGUP, change)


async def _send_heartbeats(envelope: Envelope, heartbeat: Heartbeat) -> None:
    """Send heartbeats for ever. uvicorn's own callback runs only every tenth round of its loop."""
    while True:
        if envelope.alive():
            heartbeat.alive()
        await asyncio.sleep(HEARTBEAT_SECONDS)


def listening_sockets(listening: socket.socket) -> list[socket.socket]:
    """Duplicates of a socket, so that many connections are accepted in one round of the event loop.

    uvloop accepts one connection per socket and round, and rounds are long under load: of hundreds
    of simultaneous connections the last would wait for seconds.
    """
    if sys.platform == "win32":  # no uvloop there
        return [listening]
    return [listening, *(listening.dup() for _ in range(ACCEPTS_PER_ROUND - 1))]


def application(settings: Settings) -> Envelope:
    """Make the application. Raises ModelError, OutputError."""
    from tenfold.reading.reader import load
    from tenfold.serving.app import create_app
    from tenfold.serving.corrections import Corrections

    limits = settings.limits
    corrections = Corrections(settings.keep, limits.corrections_max) if settings.keep else None
    reload = partial(load, settings.model, threads=settings.threads, engine=settings.engine)
    return create_app(
        reload(),
        limits,
        hosts=settings.hosts,
        origins=settings.origins,
        token=settings.token,
        corrections=corrections,
        reload=reload,
    )
