"""Ray, started for a job or already running, and whether its head node is still there.

It is started without a dashboard and without usage reports. It writes to its own folder of
temporary files, and a token to `~/.ray/auth_token`. A cluster that runs may ask for that token, or
for none: Ray's clients have to be told, by RAY_AUTH_MODE.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import tenfold
from tenfold.errors import DataError, MissingExtraError, UsageError

LOCAL, SCHEME = "ray", "ray://"
PORT = 6379  # where Ray's head node listens by default
OBJECT_STORE_BYTES = 100 << 20  # shards are paths, not data
SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # or it warns of that
    "RAY_worker_niceness": "0",  # not 15, which leaves the cores to everybody else
}
ADDRESS_TRIES = {"RAY_NUM_REDIS_GET_RETRIES": "1"}  # each takes 40 seconds; Ray has 20
TOKEN = {"RAY_AUTH_MODE": "token"}  # its default for a Ray that is started here, without a word
HEAD_SECONDS = 30.0  # without a head node, after which a job ends; Ray ends the process after 60
LOOK_SECONDS = 5.0  # between two looks at the head node


def connected(place: str, processors: int, store_bytes: int) -> Any:
    """The module `ray`, connected to the cluster `ray://HOST[:PORT]`, or to one that is started on
    this machine for "ray". Raises MissingExtraError, UsageError."""
    address = None if place == LOCAL else _address(place)
    for name, value in (SETTINGS | (ADDRESS_TRIES if address else TOKEN)).items():
        os.environ.setdefault(name, value)
    try:
        import ray
    except ImportError:
        raise MissingExtraError("--on ray", "ray") from None
    options: dict[str, Any] = {
        "configure_logging": False,
        "log_to_driver": False,
        # the nodes need not have it
        "runtime_env": {"py_modules": [str(Path(tenfold.__file__).parent)]},
    }
    if address is None:
        options |= {
            "address": "local",
            "num_cpus": processors,
            "object_store_memory": store_bytes,
            "include_dashboard": False,
        }
    else:
        options["address"] = address
    try:
        with _own_handler():
            ray.init(**options)
    except Exception as problem:  # of many kinds, a bare Exception among them
        first = str(problem).strip().splitlines()[0][:200]
        raise UsageError(
            f"--on {SCHEME}{address}: Ray cannot be reached: {first}"
            if address
            else f"--on ray: Ray cannot be started: {first}",
            hint="run this on a machine of the cluster, check HOST:PORT with: ray status, and if "
            "`ray start` has said that it asks for a token, set RAY_AUTH_MODE=token"
            if address
            else "try again when the machine is less busy; its logs are in /tmp/ray",
        ) from problem
    return ray


class HeadNode:
    """The node that knows all others. Ray ends a process that has lost it, without its errors."""

    def __init__(self, address: str, clock: Callable[[], float] = time.monotonic) -> None:
        host, _, port = address.rpartition(":")
        self._address = host.strip("[]"), int(port)
        self._clock = clock
        self._looked_at = clock()
        self._lost_at: float | None = None

    def require(self) -> None:
        """Look, if it is time to. Raises DataError after HEAD_SECONDS without an answer."""
        now = self._clock()
        if now - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = now
        try:
            socket.create_connection(self._address, timeout=1).close()
            self._lost_at = None
        except OSError as problem:
            self._lost_at = now if self._lost_at is None else self._lost_at
            if now - self._lost_at >= HEAD_SECONDS:
                raise DataError(
                    f"Ray's head node {self._address[0]} has not answered for "
                    f"{HEAD_SECONDS:.0f} s: {problem}",
                    hint="what is done stays: start Ray again, then continue the job",
                ) from problem


@contextlib.contextmanager
def _own_handler() -> Iterator[None]:
    """Keep what is done on SIGTERM, which `ray.init` changes."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, before)


def _address(place: str) -> str:
    """HOST:PORT of ray://HOST[:PORT]."""
    address = place.removeprefix(SCHEME)
    return address if ":" in address else f"{address}:{PORT}"
