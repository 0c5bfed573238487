"""The time-out for a client that does not read, on a clock of its own."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from tenfold.serving.gate.send_timeout import RESET, SendTimeout
from virtual_time import run_in_virtual_time

SEND_SECONDS = 30.0


class Transport:
    """A connection with `unread` bytes in its write buffer; it notes when it was cut, and how."""

    def __init__(self, unread: int) -> None:
        self.unread = unread
        self.cut_at: float | None = None
        self.options: list[tuple[Any, ...]] = []

    def get_write_buffer_size(self) -> int:
        return self.unread

    def get_extra_info(self, name: str) -> Transport:
        assert name == "socket"
        return self

    def setsockopt(self, *option: Any) -> None:
        self.options.append(option)

    def abort(self) -> None:
        self.cut_at = asyncio.get_running_loop().time()


def watched(unread: int) -> tuple[Transport, SendTimeout]:
    transport = Transport(unread)
    loop = asyncio.get_running_loop()
    return transport, SendTimeout(loop, transport, SEND_SECONDS)  # type: ignore[arg-type]


def test_a_connection_whose_answer_is_not_read_is_reset_in_time() -> None:
    async def main() -> Transport:
        transport, timeout = watched(unread=100)
        timeout.watch()
        await asyncio.sleep(2 * SEND_SECONDS)
        return transport

    transport = run_in_virtual_time(main())
    assert transport.cut_at == SEND_SECONDS
    assert transport.options == [(socket.SOL_SOCKET, socket.SO_LINGER, RESET)]


def test_a_client_that_reads_gets_more_time() -> None:
    async def main() -> float | None:
        transport, timeout = watched(unread=100)
        timeout.watch()
        await asyncio.sleep(20)
        timeout.watch()
        await asyncio.sleep(2 * SEND_SECONDS)
        return transport.cut_at

    assert run_in_virtual_time(main()) == 20 + SEND_SECONDS


def test_an_answer_that_was_read_is_never_cut() -> None:
    async def main() -> float | None:
        transport, timeout = watched(unread=100)
        timeout.watch()
        transport.unread = 0
        await asyncio.sleep(2 * SEND_SECONDS)
        return transport.cut_at

    assert run_in_virtual_time(main()) is None


def test_at_a_stop_reading_slowly_gets_no_more_time() -> None:
    async def main() -> float | None:
        transport, timeout = watched(unread=100)
        timeout.end_in(16)
        for _ in range(4):
            await asyncio.sleep(5)
            timeout.watch()
        return transport.cut_at

    assert run_in_virtual_time(main()) == 16
