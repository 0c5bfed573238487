"""`tenfold serve`: find the model, bind the sockets, and run the workers."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

from tenfold.errors import MissingExtraError, OutputError
from tenfold.progress import SILENT, Progress
from tenfold.serving.processes.supervisor import supervise
from tenfold.serving.processes.worker import Heartbeat, Settings, run_worker
from tenfold.signals import stop_signals

REQUIRED = (
    *("starlette", "uvicorn", "h11", "prometheus_client", "python_multipart", "msgspec"),
    "filelock",
)
SEND_BYTES = 64 << 10  # that the system buffers for a client; further responses wait
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(
    settings: Settings,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 1,
    progress: Progress = SILENT,
    ready: Callable[[str], object] = lambda url: None,
) -> None:
    """Serve until SIGTERM or Ctrl-C, and finish the accepted requests.

    On a loopback address only loopback names and `settings.hosts` are accepted as host names.
    `ready` is called with the URL when all workers answer. Raises MissingExtraError, ModelError,
    UsageError for an invalid origin, and OutputError if the port or the folder of corrections
    cannot be used.
    """
    if not all(importlib.util.find_spec(name) for name in REQUIRED):
        raise MissingExtraError("serving", "serve")
    from tenfold.classifier.engine_choice import choose_to_serve
    from tenfold.reading.reader import load
    from tenfold.serving.corrections import Corrections
    from tenfold.serving.gate.guards import parse_origin

    settings = replace(settings, origins=tuple(map(parse_origin, settings.origins)))
    model = load(settings.model).classifier.model  # fails here, before anything is bound
    settings = replace(settings, engine=choose_to_serve(settings.engine, model))
    progress.say(f"model: {settings.model}; runs on {settings.engine}")
    if settings.keep is not None:
        Corrections(settings.keep, settings.limits.corrections_max)  # fails here, likewise
    if host in LOOPBACK:
        settings = replace(settings, hosts=(*LOOPBACK, *(settings.hosts or ())))
    elif settings.token is None:
        progress.say(f"warning: {host} can be reached from elsewhere, and no token is asked for")
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(bound) for bound in _bind(host, port, workers)]
        stopping = stack.enter_context(stop_signals())
        url = _url(sockets[0])

        def announce() -> None:
            progress.say(f"serving {url} (Ctrl-C stops)")
            ready(url)

        if workers == 1:
            run_worker(settings, sockets[0], _ReadyCallback(announce))
        else:
            supervise(settings, sockets, announce, stopping)
    progress.say("stopped")


class _ReadyCallback(Heartbeat):
    """Heartbeat of a single worker: nobody watches it, and its start is announced."""

    def __init__(self, announce: Callable[[], object]) -> None:
        self._announce = announce

    def ready(self) -> None:
        self._announce()


def _bind(host: str, port: int, count: int) -> Sequence[socket.socket]:
    """Bind `count` sockets to one address. Raises OutputError.

    On Linux they are separate sockets, and the system distributes connections evenly; of a shared
    socket whichever worker is awake takes them all. On other systems the workers share one.
    """
    separate = sys.platform == "linux" and count > 1
    sockets: list[socket.socket] = []
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        for number in range(count + 1 if separate else 1):
            bound = socket.socket(family, kind, protocol)
            sockets.append(bound)
            if os.name != "nt":  # there it would let two servers take one port
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if number:
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)  # for its connections
            bound.bind(address)
            address = bound.getsockname()  # of port 0, the port that was given
            if separate and number == 0:
                # Bound without SO_REUSEPORT, to see whether the port is free: with it the others
                # would share the port of another server.
                sockets.pop().close()
    except OSError as problem:
        for bound in sockets:
            bound.close()
        raise OutputError(
            f"{host}:{port}: cannot be listened at: {problem.strerror}",
            hint="is another server running there? choose another --port",
        ) from problem
    return sockets if separate else sockets * count


def _url(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
