"""An iterator that works ahead in a thread: while shards are worked on, the next ones are cut."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
END = object()


class Prefetch(Generic[Item]):
    """The same items, up to `count` of them ready before they are asked for. Several threads may
    ask. Errors come out where the item would have."""

    def __init__(self, items: Iterator[Item], count: int) -> None:
        self._items = items
        self._ready: queue.Queue[Any] = queue.Queue(count)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._fill, daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        item = self._ready.get()
        if item is END or isinstance(item, Exception):
            self._ready.put(item)  # for whoever asks next
        if item is END:
            raise StopIteration
        if isinstance(item, Exception):
            raise item
        found: Item = item
        return found

    def close(self) -> None:
        """Stop working ahead; who waits for an item is told that there is none."""
        self._closed.set()
        while not self._ready.empty() or self._thread.is_alive():
            try:
                self._ready.get(timeout=0.05)
            except queue.Empty:
                continue
        self._ready.put(END)

    def _fill(self) -> None:
        try:
            for item in self._items:
                self._put(item)
                if self._closed.is_set():
                    return
            self._put(END)
        except Exception as problem:
            self._put(problem)

    def _put(self, item: Any) -> None:
        if not self._closed.is_set():
            self._ready.put(item)
