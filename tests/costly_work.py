"""What isolation/test_pool.py lets isolated processes do."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from tenfold.errors import DataError, MissingExtraError
from tenfold.isolation.messages import Message

KEPT: list[bytes] = []


def work(asked: dict[str, Any], content: bytes) -> Message:
    match asked["do"]:
        case "echo":
            print("what a library prints", flush=True)
            return {"said": asked["say"], "pid": os.getpid()}, content
        case "environment":
            return dict(os.environ), b""
        case "keep":
            KEPT.append(b"1" * (20 << 20))
            return {"pid": os.getpid()}, b""
        case "sleep":
            time.sleep(600)
        case "compute":
            10**10_000_000 % 7  # for minutes, in one call that nothing interrupts
        case "remember":
            bytes(1 << 31)
        case "answer much":
            return {}, bytes(3 << 20)
        case "crash":
            os.abort()
        case "write":
            Path(asked["path"]).write_bytes(bytes(10))
        case "refuse":
            raise DataError("a.png: is no picture", hint="give another")
        case "miss":
            raise MissingExtraError("reading pictures", "photo")
    raise ValueError("a fault")
