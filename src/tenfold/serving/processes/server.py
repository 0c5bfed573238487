"""`tenfold serve`: find the model, bind, and let one worker or several run."""

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
from tenfold.serving.processes.worker import Settings, Signs, run_worker
from tenfold.signals import stop_signals

NEEDED = (
    *("starlette", "uvicorn", "h11", "prometheus_client", "python_multipart", "msgspec"),
    "filelock",
)
SEND_BYTES = 64 << 10  # of answers that the system holds for a client; what is more is not begun
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
    """Serve until SIGTERM or Ctrl-C, and finish what was taken on.

    On a loopback address the server goes by loopback names and `settings.hosts` alone. `ready` is
    given the address when it answers. Raises MissingExtraError, ModelError, UsageError for an
    origin that is none, and OutputError if the port or the folder of corrections cannot be had.
    """
    if not all(importlib.util.find_spec(name) for name in NEEDED):
        raise MissingExtraError("serving", "serve")
    from tenfold.reading.reader import load
    from tenfold.serving.corrections import Corrections
    from tenfold.serving.gate.guards import origin_of

    settings = replace(settings, origins=tuple(map(origin_of, settings.origins)))
    load(settings.model)  # refused here, before anything is bound
    if settings.keep is not None:
        Corrections(settings.keep, settings.limits.corrections_max)  # and here
    if host in LOOPBACK:
        settings = replace(settings, hosts=(*LOOPBACK, *(settings.hosts or ())))
    elif settings.token is None:
        progress.say(f"warning: {host} can be reached from elsewhere, and no token is asked for")
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(one) for one in _bound(host, port, workers)]
        stopping = stack.enter_context(stop_signals())
        url = _url(sockets[0])

        def tell() -> None:
            progress.say(f"serving {url} (Ctrl-C stops)")
            ready(url)

        if workers == 1:
            run_worker(settings, sockets[0], _Alone(tell))
        else:
            supervise(settings, sockets, tell, stopping)
    progress.say("stopped")


class _Alone(Signs):
    def __init__(self, tell: Callable[[], object]) -> None:
        self._tell = tell

    def ready(self) -> None:
        self._tell()


def _bound(host: str, port: int, count: int) -> Sequence[socket.socket]:
    """`count` sockets at one address. Raises OutputError.

    On Linux each is its own, and the system deals the connections out evenly; where one socket is
    shared, whoever is awake takes them all. Other systems have to share.
    """
    own = sys.platform == "linux" and count > 1
    sockets: list[socket.socket] = []
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        for number in range(count + 1 if own else 1):
            one = socket.socket(family, kind, protocol)
            sockets.append(one)
            if os.name != "nt":  # there it would let two servers take one port
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if number:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)  # for its connections
            one.bind(where)
            where = one.getsockname()  # of port 0, the port that was given
            if own and number == 0:  # the first only asked whether the port is free: the others
                sockets.pop().close()  # would share it with whoever has it
    except OSError as problem:
        for one in sockets:
            one.close()
        raise OutputError(
            f"{host}:{port}: cannot be listened at: {problem.strerror}",
            hint="is another server running there? choose another --port",
        ) from problem
    return sockets if own else sockets * count


def _url(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
