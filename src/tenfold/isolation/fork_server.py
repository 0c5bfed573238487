"""A process that has imported everything and forks the children that work (Linux).

A fork takes some milliseconds where a start takes a third of a second of a core, so a child that
was killed, or has grown, costs next to nothing to replace. The fork server itself opens no picture.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import threading
import weakref
from typing import BinaryIO

from tenfold.isolation.bounds import Bounds
from tenfold.isolation.messages import NUMBER
from tenfold.isolation.spawned import command, environment

START_SECONDS = 60.0  # at most; on an idle machine a start takes a third of a second
ANSWER_SECONDS = 5.0  # of a fork server that runs; it answers in milliseconds
END_SECONDS = 1.0  # after its pipe was closed
UNKNOWN_CODE = -int(signal.SIGKILL)  # of a child whose fork server has ended


class ForkServerEnded(Exception):
    """The fork server ended while it started; the text says how."""


class ForkServer:
    """The parent's side: safe to call from several threads, and started again where it falls."""

    def __init__(self, work: str) -> None:
        """`work` names the function of the children, "package.module:function"."""
        self._work = work
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._ready = False
        self._closed = False
        self._end = contextlib.ExitStack()
        weakref.finalize(self, self._end.close)

    def start(self) -> None:
        """Start it, without waiting."""
        with self._lock:
            self._start()

    def fork(self, bounds: Bounds) -> Forked:
        """Fork a child that serves within bounds. Raises ForkServerEnded where it cannot start."""
        ours, theirs = socket.socketpair()
        with theirs:
            request = " ".join(bounds.to_arguments()).encode()
            try:
                with self._lock:
                    pid = self._forked(request, theirs)
            except BaseException:
                ours.close()
                raise
        return Forked(self, pid, ours)

    def _forked(self, request: bytes, pipe: socket.socket) -> int:
        for _ in range(2):  # it may have fallen since the last time
            control = self._start()
            try:
                if not self._ready:
                    control.settimeout(START_SECONDS)
                    _number(control)
                    control.settimeout(ANSWER_SECONDS)
                    self._ready = True
                socket.send_fds(control, [request], [pipe.fileno()])
                return _number(control)
            except (OSError, EOFError):
                was_ready, code = self._ready, self._stop()
                if not was_ready:
                    raise ForkServerEnded(f"ended while it started, exit code {code}") from None
        raise ForkServerEnded("ends again and again")

    def end(self, pid: int) -> int:
        """Kill a child, if it still runs, and return how it ended: its exit code, or minus the
        number of a signal. A child of a fork server that has ended is left to notice that its pipe
        is closed: its id may be another's."""
        with self._lock:
            if self._control is not None and self._ready:
                with contextlib.suppress(OSError, EOFError):
                    self._control.send(NUMBER.pack(pid))
                    return _number(self._control)
                self._stop()
            return UNKNOWN_CODE

    def close(self) -> None:
        """End it; children that still run end too."""
        with self._lock:
            self._closed = True
            self._stop()

    def _start(self) -> socket.socket:
        if self._closed:
            raise ForkServerEnded("was closed")
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        if self._control is None:
            # datagrams that arrive whole, and an end that is noticed
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._process = subprocess.Popen(
                    command("serve_forks", [self._work]),
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=environment(),
                )
            self._ready = False
            self._end.callback(_end, self._process, self._control)
        return self._control

    def _stop(self) -> int:
        process = self._process
        self._process = self._control = None
        self._ready = False
        self._end.close()
        return 0 if process is None else process.wait()


class Forked:
    """A child that a fork server has forked."""

    def __init__(self, server: ForkServer, pid: int, pipe: socket.socket) -> None:
        self.pid = pid
        self.requests: BinaryIO = pipe.makefile("wb")
        self.answers: BinaryIO = pipe.makefile("rb")
        self._pipe = pipe
        self._fork_server = server
        self._lock = threading.Lock()
        self._code: int | None = None

    def runs(self) -> bool:
        """Whether its side of the pipe is open: between two requests nothing comes from there."""
        if self._code is not None:
            return False
        try:
            return bool(self._pipe.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def kill(self) -> None:
        self.wait()

    def wait(self) -> int:
        with self._lock:  # its id may be another's as soon as it was waited for
            if self._code is None:
                self._code = self._fork_server.end(self.pid)
                with contextlib.suppress(OSError):  # whoever reads from it meets its end
                    self._pipe.shutdown(socket.SHUT_RDWR)
                self._pipe.close()
            return self._code


def _number(control: socket.socket) -> int:
    answer = control.recv(NUMBER.size)
    if len(answer) != NUMBER.size:
        raise EOFError
    return int(NUMBER.unpack(answer)[0])


def _end(process: subprocess.Popen[bytes], control: socket.socket) -> None:
    control.close()  # it kills its children, and ends
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(END_SECONDS)
    process.kill()
    process.wait()
