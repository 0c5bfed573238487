"""A watch that ends connections which are too slow.

A time-out for each read is no limit: a server that sends a byte now and then, of the header, of the
body or while TLS is agreed on, keeps every read going. So the bytes of a window are counted, and a
second thread shuts the connection down, which ends whatever waits on it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from urllib3 import PoolManager


class SpeedWatch:
    """While the block runs, connections of `watched` managers end if less than `bytes_min` were
    `received` in a window of `window_seconds`, or at the time `ends_at` (of time.monotonic).

    `slow` and `late` say afterwards which of the two it was.
    """

    def __init__(self, bytes_min: float, window_seconds: float, ends_at: float) -> None:
        self.slow = self.late = False
        self._bytes_min, self._window_seconds, self._ends_at = bytes_min, window_seconds, ends_at
        self._received = 0
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="speed watch", daemon=True)

    def __enter__(self) -> SpeedWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for connection in self._sockets:
            connection.close()

    @property
    def fired(self) -> bool:
        """Whether the watch has ended the connections."""
        return self.slow or self.late

    def received(self, count: int) -> None:
        """Count bytes of a body."""
        self._received += count

    def watched(self, manager: PoolManager) -> PoolManager:
        """`manager`, with connections that this watch can end from their first byte on."""
        from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
        from urllib3.connection import HTTPConnection, HTTPSConnection

        guard = self._guard

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return guard(super()._new_conn())

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return guard(super()._new_conn())

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
        return manager

    def _guard(self, connection: socket.socket) -> socket.socket:
        with self._lock:
            # a descriptor of its own: TLS takes the other over, and a closed one's number is used
            # again
            self._sockets.append(connection.dup())
            if self.fired:
                self._shut_down()
        return connection

    def _watch(self) -> None:
        window_ends, before = time.monotonic() + self._window_seconds, 0
        while not self._over.wait(max(0.0, min(window_ends, self._ends_at) - time.monotonic())):
            now = time.monotonic()
            with self._lock:
                self.late = now >= self._ends_at
                self.slow = now >= window_ends and self._received - before < self._bytes_min
                if self.fired:
                    self._shut_down()
                    return
            if now >= window_ends:
                window_ends, before = now + self._window_seconds, self._received

    def _shut_down(self) -> None:
        for connection in self._sockets:
            with contextlib.suppress(OSError):  # the server has closed it already
                connection.shutdown(socket.SHUT_RDWR)
