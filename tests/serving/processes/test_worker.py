from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest

pytest.importorskip(
    "uvloop", reason="the serve extra is not installed, or has none for this system"
)

import uvloop

from tenfold.serving.processes.worker import ACCEPTS_PER_ROUND, listening_sockets


def test_connections_that_wait_are_taken_many_at_a_time():
    waiting = 3 * ACCEPTS_PER_ROUND

    async def rounds() -> int:
        loop = asyncio.get_running_loop()
        taken: list[asyncio.BaseTransport] = []

        class Taken(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                taken.append(transport)

        servers = [
            await loop.create_server(Taken, sock=listener, backlog=waiting)
            for listener in listening_sockets(listening)
        ]
        for client in clients:
            client.setblocking(False)
            client.connect_ex(listening.getsockname())
        count = 0
        while len(taken) < waiting:
            await asyncio.sleep(0)
            count += 1
        for socket_ in [*servers, *taken]:
            socket_.close()
        return count

    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=waiting))
        clients = [stack.enter_context(socket.socket()) for _ in range(waiting)]
        assert uvloop.run(rounds()) < waiting / 2
