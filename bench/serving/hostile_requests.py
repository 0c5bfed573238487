"""Hostile requests by the thousand: those of `tests/hostile.py`, as they are and changed."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bench.serving.from_tests import hostile, served
from bench.serving.load import post

AT_ONCE = 32
SECONDS = 60.0
KINDS = 20
CUT_OFF, LEFT = -1, 0  # in place of a status; LEFT: the sender leaves before an answer
BUSY = 503  # right for any request, as far as it goes to a machine that has other work too
BUSY_SHARE_MAX = 0.1
ANY = frozenset({200, 400, 408, 413, 415, 422, 431, 503})
HEADS = (b"GET / HTTP/1.1\r\nHost: local", b"nonsense\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00")
LENGTHS = (b"-1", b"99999999999", b"1e9", b"0x10", b"7, 8")
ORIGINS = (b"http://[", b"http://[::1", b"null", b"://", b"\xff", b"http://evil.example")
CHARSETS = ("utf-7", "unicode_escape", "punycode", "idna", "zlib", "hex", "utf-16", "x" * 500)
NAMES = (r"\ud800.png", "+2AA-.png", "\x1b[2J\u202e.png", "../" * 50, r"\N{DIGIT ONE}", "%00")


class Sent(NamedTuple):
    kind: str
    parts: tuple[bytes, ...]  # with a pause between two
    right: frozenset[int]
    leaves: bool = False
    half_closes: bool = False


def made(count: int, chance: random.Random) -> Iterator[Sent]:
    """Half of them the listed cases, the rest derived from these."""
    for number in range(count):
        which = number + number // KINDS  # so that each kind meets all of them
        path, kind, body, status = hostile.CASES[which % len(hostile.CASES)]
        whole = post(path, body, kind)
        right = frozenset({status})
        match number % KINDS:
            case 0:
                parts = (_with_length(whole, chance.choice(LENGTHS)),)
                yield Sent("wrong length", parts, ANY)
            case 1:
                cut = len(whole) - 1 - chance.randrange(min(len(body) + 1, 200))
                yield Sent("cut off, then silence", (whole[:cut],), ANY)
            case 2:
                yield Sent("cut off, then gone", (whole[: len(whole) // 2],), ANY, leaves=True)
            case 3:
                steps = range(0, min(len(whole), 40), 8)
                yield Sent("slow", tuple(whole[at : at + 8] for at in steps), ANY)
            case 4:
                yield Sent("broken head", (chance.choice(HEADS),), ANY)
            case 5:
                yield Sent("large head", (whole[:20] + b"x" * 20_000,), frozenset({400, 414, 431}))
            case 6:
                origin = b"\r\nOrigin: " + chance.choice(ORIGINS)
                parts = (whole.replace(b" HTTP/1.1", b" HTTP/1.1" + origin, 1),)
                yield Sent("odd origin", parts, frozenset({403}))
            case 7:
                form, form_kind = served.form_of(b"?", chance.choice(NAMES))
                sent = post("/predict", form, f"{form_kind}; charset={chance.choice(CHARSETS)}")
                yield Sent("odd file name", (sent,), frozenset({400, 422}))
            case 8:
                yield Sent("half-closed", (whole,), right, half_closes=True)
            case 9 | 10 | 11 | 12:
                yield Sent("mutated", (post(path, _mutated(body, chance), kind),), ANY)
            case _:
                yield Sent("listed", (whole,), right)


def _with_length(whole: bytes, length: bytes) -> bytes:
    head, _, rest = whole.partition(b"Content-Length: ")
    return head + b"Content-Length: " + length + b"\r\n" + rest.partition(b"\r\n")[2]


def _mutated(body: bytes, chance: random.Random) -> bytes:
    changed = bytearray(body or b"{}")
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed))
        match chance.randrange(3):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randint(1, 20)]
                changed += b"0"
            case _:
                changed[at:at] = changed[at : at + 50] * chance.randint(1, 4)
    return bytes(changed)


async def send_all(
    address: tuple[str, int],
    requests: Iterator[Sent],
    found: dict[str, Counter[int]],
    at_once: int = AT_ONCE,
    period: float = 0.0,
) -> list[str]:
    """Count the statuses in `found`, by kind; return what went wrong, as lines. `period`: seconds
    from one to the next, as far as there are fewer than `at_once` under way."""
    faults: list[str] = []
    due = time.perf_counter()

    async def work() -> None:
        nonlocal due
        for sent in requests:
            due += period
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            status = await _status(address, sent)
            found[sent.kind][status] += 1
            if status not in (LEFT, BUSY) and status not in sent.right:
                faults.append(f"{sent.kind}: {status} to {sent.parts[0][:300]!r}")

    await asyncio.gather(*(work() for _ in range(at_once)))
    return faults + busy_faults(found)


def busy_faults(found: Mapping[str, Mapping[int, int]]) -> list[str]:
    """A server that is busy may say so, but one that always says so answers nothing."""
    total = sum(sum(statuses.values()) for statuses in found.values())
    busy = sum(statuses.get(BUSY, 0) for statuses in found.values())
    if busy <= BUSY_SHARE_MAX * total:
        return []
    return [f"busy: {busy:,} of {total:,} requests got {BUSY}"]


async def _status(address: tuple[str, int], sent: Sent) -> int:
    """Of the first answer."""
    reader, writer = await asyncio.open_connection(*address)
    try:
        for part in sent.parts:
            writer.write(part)
            await asyncio.sleep(0.01 if len(sent.parts) > 1 else 0)
        if sent.leaves:
            return LEFT
        if sent.half_closes:
            writer.write_eof()
        line = await asyncio.wait_for(reader.readline(), SECONDS)
        return int(line.split()[1]) if line else CUT_OFF
    except (OSError, TimeoutError):
        return CUT_OFF
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
