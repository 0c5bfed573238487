"""Workers of a training without any: pieces are carried out here, one at each question."""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Callable, Iterator
from typing import Any


class OneByOne:
    """Tasks that are carried out when they are asked for; arguments and answers are pickled."""

    def __init__(self, at_once: int = 2) -> None:
        self.at_once, self.threads = at_once, 1
        self.waiting: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {}
        self.cancelled: list[str] = []

    def __len__(self) -> int:
        return len(self.waiting)

    def shared(self, value: Any) -> Any:
        return value

    def submit(self, name: str, function: Callable[..., Any], *arguments: Any) -> None:
        self.waiting[name] = pickle.loads(pickle.dumps((function, arguments)))

    def cancel(self, name: str) -> None:
        self.cancelled.append(name)
        self.waiting.pop(name, None)

    def done(self) -> dict[str, Any]:
        if not self.waiting:
            return {}
        name = next(iter(self.waiting))
        function, arguments = self.waiting.pop(name)
        return {name: pickle.loads(pickle.dumps(function(*arguments)))}


class Here:
    """Workers whose tasks are `tasks`."""

    def __init__(self, tasks: OneByOne | None = None) -> None:
        self.tasks = OneByOne() if tasks is None else tasks  # no tasks are falsy

    @contextlib.contextmanager
    def started(self, say: Any, *, threads: int, shared_bytes: int) -> Iterator[OneByOne]:
        yield self.tasks
