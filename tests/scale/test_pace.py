"""The pace: rows and bytes of this call, also where a shard is begun again."""

from __future__ import annotations

import pytest

from tenfold.progress import Progress
from tenfold.scale import pace
from tenfold.scale.pace import UNIT_BYTES, pace_of


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(pace, "time", clock)
    return clock


def test_a_note_says_how_far_and_how_long(clock: Clock) -> None:
    progress = Progress(quiet=True)
    with pace_of(progress, 110 * UNIT_BYTES, 10 * UNIT_BYTES) as running:
        running.advance(1000, 10 * UNIT_BYTES)
        assert progress.log_lines == []
        clock.now += 40
        running.advance(3000, 10 * UNIT_BYTES)
        assert running.rows_per_second == 100
        assert progress.log_lines == [
            "20% of the bytes, 4,000 rows, 100 rows/s, about 3 min left"  # 160 s
        ]
        clock.now += 10
        running.advance(0, 0)
        assert len(progress.log_lines) == 1


def test_what_is_done_again_is_counted_once(clock: Clock) -> None:
    steps: list[int] = []
    running = pace.Pace(
        Progress(quiet=True), lambda count, _="": steps.append(count), 9 * UNIT_BYTES, 0
    )
    for rows, size_bytes in ((50, 4), (-50, -4), (50, 4), (10, 1)):
        running.advance(rows, size_bytes * UNIT_BYTES)
    assert running.rows == 60
    assert sum(steps) == 5  # the bar never goes back, and is not ahead in the end


@pytest.mark.parametrize(
    ("seconds", "words"), [(89.4, "89 s"), (90, "2 min"), (5399, "90 min"), (5400, "1.5 h")]
)
def test_durations(seconds: float, words: str) -> None:
    assert pace._duration(seconds) == words


def test_before_the_first_bytes_nothing_is_said_of_the_time_left(clock: Clock) -> None:
    progress = Progress(quiet=True)
    with pace_of(progress, UNIT_BYTES, 0, "pictures") as running:
        clock.now += 40
        running.advance(2, 0)  # pages of one document
    assert progress.log_lines == ["0% of the bytes, 2 pictures, 0.1 pictures/s"]
