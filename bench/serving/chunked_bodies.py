"""Bodies in chunks that are mostly frame: trailers, extensions, chunks of one byte."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterable

from bench.serving.good_client import CUT_OFF, GIVEN_UP, Address, ask
from bench.serving.outcome import Outcome, at_once
from bench.serving.server import Server

CHUNKED = (
    b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Connection: close\r\nTransfer-Encoding: chunked\r\n"
)
BODY = b"1\r\n{\r\n0\r\n"
ENDLESS_BYTES = 100 << 20
TAKEN_BYTES_MAX = 8 << 20  # that may be on their way when the refusal comes: buffers of the system
TIMEOUT_SECONDS = 60.0
TOO_MUCH = {431, CUT_OFF}  # a refusal may be lost where the sender goes on sending


def endless() -> dict[str, Iterable[bytes]]:
    """By name, what follows the head."""
    again = itertools.repeat
    return {
        "long trailers": itertools.chain([BODY], again((b"X-A: " + b"b" * 1000 + b"\r\n") * 64)),
        "short trailers": itertools.chain([BODY], again(b"a:\r\n" * 16_000)),
        "one trailer": itertools.chain([BODY, b"X-A: "], again(b"b" * 65_536)),
        "one extension": itertools.chain([b"2;"], again(b"x" * 65_536)),
        "extensions": again((b"1;" + b"x" * 500 + b"\r\n0\r\n") * 128),
        "small chunks": again(b"1\r\n0\r\n" * 8_000),
    }


def whole() -> dict[str, tuple[bytes, set[int]]]:
    """By name, a request and the statuses that it may get."""
    elsewhere = CHUNKED.replace(b"Host: localhost", b"Host: evil.example")
    foreign = CHUNKED + b"Origin: http://evil.example\r\n"
    made = {
        "a trailer of 100 kB": (CHUNKED, BODY + b"X: " + b"b" * 100_000 + b"\r\n", TOO_MUCH),
        "60,000 small chunks": (CHUNKED, b"1\r\n0\r\n" * 60_000 + b"0\r\n", TOO_MUCH),
        "host in a trailer": (elsewhere, BODY + b"Host: localhost\r\n", {421}),
        "origin in a trailer": (foreign, BODY + b"Origin: http://localhost\r\n", {403}),
        "a token in a trailer": (CHUNKED, BODY + b"Authorization: Bearer x\r\n", {400}),
    }
    return {
        name: (head + b"\r\n" + body + b"\r\n", right) for name, (head, body, right) in made.items()
    }


def framing(server: Server, times: int = 8) -> Outcome:
    outcome = Outcome()

    def attack(_: int) -> None:
        for name, parts in endless().items():
            status, taken = _stream(server.address, CHUNKED + b"\r\n", parts)
            outcome.add(name, status, TOO_MUCH)
            if taken > TAKEN_BYTES_MAX:
                outcome.faults.append(f"{name}: {taken} bytes were taken")
        for name, (sent, right) in whole().items():
            outcome.add(name, ask(server.address, sent), right)

    at_once(attack, range(times))
    return outcome


def _stream(address: Address, head: bytes, parts: Iterable[bytes]) -> tuple[int, int]:
    """Send until there is an answer, an end or ENDLESS_BYTES; return status and bytes taken."""
    taken = 0
    try:
        with socket.create_connection(address, timeout=TIMEOUT_SECONDS) as line:
            line.sendall(head)
            try:
                for part in parts:
                    if taken > ENDLESS_BYTES:
                        break
                    line.sendall(part)
                    taken += len(part)
            except OSError:
                pass
            status = line.recv(65536)[9:12]
            return (int(status) if status else CUT_OFF), taken
    except TimeoutError:
        return GIVEN_UP, taken
    except OSError:
        return CUT_OFF, taken
