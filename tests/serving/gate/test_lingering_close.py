"""Closing a connection whose client still sends, on a clock of its own."""

from __future__ import annotations

import asyncio

import pytest

from tenfold.serving.gate.lingering_close import LingeringTransport
from tenfold.serving.gate.receive_timeout import LINGER_SECONDS
from virtual_time import run_in_virtual_time


class Transport:
    """Notes what was done with it, and when it was closed."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.closed_at: float | None = None

    def write(self, data: bytes) -> None:
        self.calls.append(f"write {data!r}")

    def write_eof(self) -> None:
        self.calls.append("end of writing")

    def resume_reading(self) -> None:
        self.calls.append("read")

    def close(self) -> None:
        self.closed_at = asyncio.get_running_loop().time()

    def is_closing(self) -> bool:
        return self.closed_at is not None


def lingering(*, client_sends: bool) -> tuple[Transport, LingeringTransport]:
    inner = Transport()
    loop = asyncio.get_running_loop()
    transport = LingeringTransport(loop, inner, lambda: client_sends, 10)  # type: ignore[arg-type]
    return inner, transport


def test_a_connection_whose_client_still_sends_is_read_until_the_time_is_over() -> None:
    async def main() -> Transport:
        inner, transport = lingering(client_sends=True)
        transport.write(b"answer")
        transport.close()
        assert transport.is_closing()
        transport.write(b"dropped")
        transport.close()  # once more changes nothing
        await asyncio.sleep(2 * LINGER_SECONDS)
        return inner

    inner = run_in_virtual_time(main())
    assert inner.calls == ["write b'answer'", "end of writing", "read"]
    assert inner.closed_at == pytest.approx(LINGER_SECONDS)


def test_a_connection_whose_client_is_done_is_closed_at_once() -> None:
    async def main() -> Transport:
        inner, transport = lingering(client_sends=False)
        transport.close()
        return inner

    inner = run_in_virtual_time(main())
    assert (inner.calls, inner.closed_at) == ([], 0)


def test_what_is_dropped_is_bounded() -> None:
    async def main() -> Transport:
        inner, transport = lingering(client_sends=True)
        transport.close()
        await asyncio.sleep(1)
        transport.drop(bytes(10))
        assert not inner.is_closing()
        transport.drop(bytes(1))
        return inner

    assert run_in_virtual_time(main()).closed_at == pytest.approx(1)


def test_a_server_that_stops_does_not_linger() -> None:
    async def main() -> Transport:
        inner, transport = lingering(client_sends=True)
        transport.end()
        assert not inner.is_closing(), "nothing ends that was not closed"
        transport.close()
        transport.end()
        await asyncio.sleep(2 * LINGER_SECONDS)
        return inner

    assert run_in_virtual_time(main()).closed_at == 0
