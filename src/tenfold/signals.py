"""Ctrl-C and SIGTERM as a flag that a loop can check, to stop where no work is lost."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType


@contextlib.contextmanager
def stop_signals() -> Iterator[Callable[[], bool]]:
    """Yield a function that is True once Ctrl-C or SIGTERM has come.

    The second signal acts at once, as it would without this function. Outside the main thread,
    where signals cannot be handled, it is always False.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    received = threading.Event()
    previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in previous.items():
            signal.signal(number, handler)

    def receive(number: int, frame: FrameType | None) -> None:
        received.set()
        restore()

    for number in previous:
        signal.signal(number, receive)
    try:
        yield received.is_set
    finally:
        restore()
