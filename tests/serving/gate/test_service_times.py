"""Estimates of service time, from the newest measurements."""

from __future__ import annotations

import pytest

pytest.importorskip("starlette", reason="the serve extra is not installed")

from tenfold.serving.gate.service_times import ServiceTimes


def test_times_are_of_a_unit_or_of_a_class_of_sizes():
    tiles = ServiceTimes(1.0, proportional=True)
    assert tiles.seconds(7) == 7
    tiles.add(64, 6.4)
    assert tiles.seconds(7) == pytest.approx(0.7)
    tiles.add(0, 5.0)  # nothing: no measure
    assert tiles.seconds(10) == pytest.approx(1.0)
    tiles.add(1, 1.0)  # one tile alone, slow: one of the 59 that count
    assert tiles.seconds(59) == pytest.approx(0.9 * 6.4 + 1.0, rel=0.05)

    pictures = ServiceTimes(0.3, proportional=False)
    assert pictures.seconds(5) == pictures.seconds(1 << 30) == 0.3
    pictures.add(2_500, 0.004)
    pictures.add(1 << 20, 0.4)
    assert pictures.seconds(2_600) == 0.004
    assert pictures.seconds(3 << 20) == 0.4  # of the nearest class that was measured
    assert pictures.seconds(10) == 0.3  # small pictures say nothing of smaller or larger ones
    for _ in range(100):
        pictures.add(1 << 20, 0.2)
    assert pictures.seconds(1 << 20) == pytest.approx(0.2, rel=0.01)
