"""Working ahead: the same items in their order, and no thread that is left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from tenfold.scale.prefetch import Prefetch


def test_the_items_come_in_their_order_and_the_end_stays_the_end() -> None:
    ahead = Prefetch(iter(range(100)), 3)
    assert list(ahead) == list(range(100))
    with pytest.raises(StopIteration):
        next(ahead)


def test_no_more_than_asked_for_are_made_ahead() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(50):
            made.append(number)
            yield number

    ahead = Prefetch(items(), 3)
    deadline = time.monotonic() + 5
    while len(made) < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    assert len(made) == 4  # three that wait, and one that has no room yet
    ahead.close()
    assert len(made) < 50


def test_an_error_comes_where_the_item_would_have_for_everyone_who_asks() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("the disk")

    ahead = Prefetch(items(), 3)
    assert next(ahead) == 1
    for _ in range(2):
        with pytest.raises(OSError, match="the disk"):
            next(ahead)


def test_several_threads_share_the_items() -> None:
    ahead, taken = Prefetch(iter(range(1000)), 4), []
    threads = [threading.Thread(target=lambda: taken.extend(ahead)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(taken) == list(range(1000))


def test_closed_it_ends_its_thread_and_whoever_waits() -> None:
    ahead = Prefetch(iter(range(10**9)), 2)
    assert next(ahead) == 0
    ahead.close()
    assert not ahead._thread.is_alive()
    assert list(ahead) == []
