"""A watch over connections that are too slow, with sockets of this process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tenfold.sources.fetching.speed_watch import SpeedWatch

FOREVER = 60.0  # seconds


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.settimeout(FOREVER)
    yield ours, theirs
    ours.close()
    theirs.close()


def test_a_silent_connection_is_ended_after_its_window(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    with SpeedWatch(1, 0.05, time.monotonic() + FOREVER) as watch:
        watch._guard(pair[0])
        assert pair[0].recv(1) == b""  # waits until the watch shuts it down
    assert watch.slow
    assert not watch.late
    assert watch.fired


def test_the_time_for_all_ends_a_connection_that_is_fast_enough(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    with SpeedWatch(0, FOREVER, time.monotonic() + 0.05) as watch:
        watch._guard(pair[0])
        assert pair[0].recv(1) == b""
    assert watch.late
    assert not watch.slow


def test_a_connection_that_comes_after_the_end_is_ended_at_once(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    with SpeedWatch(1, 0.01, time.monotonic() + FOREVER) as watch:
        while not watch.fired:
            time.sleep(0.005)
        watch._guard(pair[0])
        assert pair[0].recv(1) == b""


def test_enough_bytes_in_each_window_keep_it_going() -> None:
    over = threading.Event()
    with SpeedWatch(1, 0.2, time.monotonic() + FOREVER) as watch:
        for _ in range(60):
            watch.received(1)
            over.wait(0.01)
        assert not watch.fired


def test_connections_of_a_manager_are_watched_from_their_first_byte() -> None:
    from urllib3 import PoolManager

    with SpeedWatch(0, FOREVER, time.monotonic() + FOREVER) as watch:
        manager = watch.watched(PoolManager())
        pools = manager.pool_classes_by_scheme
        assert set(pools) == {"http", "https"}
        with socket.create_server(("127.0.0.1", 0)) as server:
            pool = manager.connection_from_host("127.0.0.1", server.getsockname()[1], "http")
            connection = pool._new_conn()
            connection.connect()
            assert len(watch._sockets) == 1
            connection.close()
