"""What became of an attack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

Case = TypeVar("Case")


@dataclass
class Outcome:
    """`statuses`: how often each came, `good_client.CUT_OFF` and `GIVEN_UP` among them."""

    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, what: str, status: int, right: Iterable[int]) -> None:
        self.sent += 1
        self.statuses[status] += 1
        if status not in right:
            self.faults.append(f"{what}: {status}")


def at_once(attack: Callable[[Case], object], cases: Iterable[Case], threads: int = 4) -> None:
    """Call `attack` with each case, in so many threads."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(attack, cases))
