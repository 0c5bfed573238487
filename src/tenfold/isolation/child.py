"""The child process: take a message, do the work, answer; end with the parent."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, BinaryIO, NoReturn

from tenfold.errors import TenfoldError
from tenfold.isolation.bounds import MB, Bounds, bound_process, bounded_work
from tenfold.isolation.messages import NUMBER, Message, read_message, write_message

REQUEST_BYTES = 256  # of a fork server: the bounds as text, or a number
UNKNOWN_CODE = -9  # of a child that is not the fork server's
REQUEST_BYTES_MAX = 1 << 30  # the parent is trusted: this catches our own mistakes alone

Work = Callable[[dict[str, Any], bytes], Message]


def start(arguments: list[str]) -> None:
    """Serve one parent, with the arguments of a command line: the work, "package.module:function",
    and its bounds."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _set_up()
    work, *bounds = arguments
    serve(_function(work), Bounds.from_arguments(bounds), requests, answers)


def serve_forks(arguments: list[str]) -> None:
    """Be a fork server, on Linux: fork a child for each pipe that comes, with its bounds; kill and
    wait for the child whose process id comes."""
    control = socket.socket(fileno=os.dup(0))
    _set_up()
    function = _function(arguments[0])
    gc.collect()
    gc.freeze()  # pages that the collector does not touch stay shared
    control.send(NUMBER.pack(0))
    children: set[int] = set()
    while True:
        request, pipes, _, _ = socket.recv_fds(control, REQUEST_BYTES, 1)
        if not request:
            for pid in children:
                os.kill(pid, signal.SIGKILL)
            os._exit(0)
        if pipes:
            pid = os.fork()
            if not pid:
                control.close()
                _serve_forked(function, request.decode().split(), pipes[0])
            os.close(pipes[0])
            children.add(pid)
            control.send(NUMBER.pack(pid))
        else:
            control.send(NUMBER.pack(_ended(children, NUMBER.unpack(request)[0])))


def _serve_forked(function: Work, bounds: list[str], pipe: int) -> NoReturn:
    try:
        requests, answers = os.fdopen(os.dup(pipe), "rb"), os.fdopen(pipe, "wb")
        serve(function, Bounds.from_arguments(bounds), requests, answers)
    finally:
        os._exit(1)  # never back into the fork server's loop


def _ended(children: set[int], pid: int) -> int:
    """How a child ended that is killed if it still runs."""
    if pid not in children:
        return UNKNOWN_CODE
    children.discard(pid)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def serve(work: Work, bounds: Bounds, requests: BinaryIO, answers: BinaryIO) -> NoReturn:
    """Answer requests until the parent closes the pipe."""
    waiting: SimpleQueue[Message] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    bound_process(bounds)
    write_message(answers, {"ready": True})
    while True:
        header, body = waiting.get()
        write_message(answers, {"taken": True})
        with bounded_work(bounds):
            answer, content = _run(work, header, body)
            if len(content) > bounds.answer_mb * MB:
                answer, content = {"over": "memory"}, b""
        write_message(answers, answer, content)
        del header, body, answer, content  # not held while waiting


def _set_up() -> None:
    """Discard the output of libraries, and leave it to the parent when to end."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    for signal_name in ("SIGINT", "SIGTERM"):  # they reach the whole group; the parent decides
        if hasattr(signal, signal_name):
            signal.signal(getattr(signal, signal_name), signal.SIG_IGN)


def _function(work: str) -> Work:
    module, _, name = work.partition(":")
    function: Work = getattr(importlib.import_module(module), name)
    sys.dont_write_bytecode = True  # it may write no file from here on
    return function


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
