"""SIGHUP: by hand it asks for a change of the model; where a terminal was closed, for the end."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

HANGUP: signal.Signals | None = getattr(signal, "SIGHUP", None)  # Windows has none


def terminal_is_open() -> bool:
    """Whether this process has a terminal; not any more once it was closed."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


class Hangup:
    """Tells the two meanings of SIGHUP apart. A closed terminal ends the process like SIGTERM, but
    not where the signal was ignored when this was made (nohup). To be made before a handler is set.
    """

    def __init__(self) -> None:
        self._has_terminal = HANGUP is not None and terminal_is_open()
        self._stays = HANGUP is not None and signal.getsignal(HANGUP) is signal.SIG_IGN

    def asks_for_a_change(self) -> bool:
        """Whether a signal that came now asks for a change of the model."""
        if not self._has_terminal or terminal_is_open():
            return True
        self._has_terminal = False
        if not self._stays:
            os.kill(os.getpid(), signal.SIGTERM)
        return False


@contextlib.contextmanager
def change_signals() -> Iterator[Callable[[], bool]]:
    """Yield a function that is True once after each SIGHUP that asks for a change of the model.
    Outside the main thread, where signals cannot be handled, it is always False."""
    if HANGUP is None or threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    received = threading.Event()
    hangup = Hangup()

    def receive(number: int, frame: FrameType | None) -> None:
        if hangup.asks_for_a_change():
            received.set()

    def asked() -> bool:
        was_set = received.is_set()
        received.clear()
        return was_set

    previous = signal.signal(HANGUP, receive)
    try:
        yield asked
    finally:
        signal.signal(HANGUP, previous)
