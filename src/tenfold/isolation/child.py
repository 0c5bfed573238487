"""The child process: take a message, do the work, answer; end with the parent."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, BinaryIO

from tenfold.errors import TenfoldError
from tenfold.isolation.bounds import MB, Bounds, bound_process, bounded_work
from tenfold.isolation.messages import Message, read_message, write_message

REQUEST_BYTES_MAX = 1 << 30  # the parent is trusted: this catches our own mistakes alone

Work = Callable[[dict[str, Any], bytes], Message]


def start(arguments: list[str]) -> None:
    """Serve with the arguments of the command line: the work, "package.module:function", and its
    bounds."""
    work, *bounds = arguments
    serve(work, Bounds.from_arguments(bounds))


def serve(work: str, bounds: Bounds) -> None:
    """Answer requests until the parent closes the pipe."""
    requests, answers = _open_pipes()
    for signal_name in ("SIGINT", "SIGTERM"):  # they reach the whole group; the parent decides
        if hasattr(signal, signal_name):
            signal.signal(getattr(signal, signal_name), signal.SIG_IGN)
    waiting: SimpleQueue[Message] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    module, _, name = work.partition(":")
    function: Work = getattr(importlib.import_module(module), name)
    sys.dont_write_bytecode = True  # it may write no file from here on
    bound_process(bounds)
    write_message(answers, {"ready": True})
    while True:
        header, body = waiting.get()
        write_message(answers, {"taken": True})
        with bounded_work(bounds):
            answer, content = _run(function, header, body)
            if len(content) > bounds.answer_mb * MB:
                answer, content = {"over": "memory"}, b""
        write_message(answers, answer, content)
        del header, body, answer, content  # not held while waiting


def _open_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes from and to the parent; the output of libraries is discarded."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    return requests, answers


def _listen(requests: BinaryIO, waiting: SimpleQueue[Message]) -> None:
    """Read requests in a thread, so that the end of the parent is noticed during work."""
    while True:
        try:
            waiting.put(read_message(requests, REQUEST_BYTES_MAX))
        except (EOFError, OSError, ValueError, MemoryError):
            os._exit(0)


def _run(function: Work, header: dict[str, Any], body: bytes) -> Message:
    try:
        answer, content = function(header, body)
        return {"done": answer}, content
    except TenfoldError as problem:
        return {
            "error": type(problem).__name__,
            "message": problem.message,
            "hint": problem.hint,
        }, b""
    except MemoryError:
        return {"over": "memory"}, b""
    except Exception as problem:
        if "nsufficient memory" in str(problem):  # OpenCV has an exception of its own for it
            return {"over": "memory"}, b""
        return {"fault": traceback.format_exc()}, b""
