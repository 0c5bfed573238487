"""What is known of a cluster before and while work is on it; Ray itself is not needed."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tenfold.errors import DataError
from tenfold.scale.runners.ray_connection import (
    HEAD_SECONDS,
    LOOK_SECONDS,
    HeadNode,
)


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as head:
        yield head


def address_of(head: socket.socket) -> str:
    return "{}:{}".format(*head.getsockname())


def test_a_head_node_that_is_gone_ends_the_job_in_time(listening: socket.socket) -> None:
    clock = Clock()
    head = HeadNode(address_of(listening), clock)
    clock.seconds = 1000.0
    head.require()
    listening.close()
    head.require()  # not looked at so soon again
    clock.seconds = lost_at = clock.seconds + LOOK_SECONDS
    head.require()
    clock.seconds = lost_at + HEAD_SECONDS
    with pytest.raises(DataError, match=r"head node 127\.0\.0\.1 has not answered for 30 s"):
        head.require()


def test_a_head_node_that_comes_back_is_used_again(listening: socket.socket) -> None:
    clock = Clock()
    head = HeadNode(address_of(listening), clock)
    place = listening.getsockname()
    listening.close()
    clock.seconds = LOOK_SECONDS
    head.require()
    clock.seconds += LOOK_SECONDS
    with socket.create_server(place):
        head.require()
    clock.seconds += HEAD_SECONDS
    head.require()  # lost only now
