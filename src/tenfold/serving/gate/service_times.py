"""How long work takes to serve, as it was measured lately."""

from __future__ import annotations

WEIGHT = 0.1  # of the newest measurement, once there were many


class ServiceTimes:
    """A running average of seconds, to estimate by.

    Where work is proportional to its size (tiles), the average is of a unit. Else it is kept for
    each size class, all sizes within a factor of four: a picture of ten times the bytes takes
    longer, but not ten times as long.
    """

    def __init__(self, seconds: float, *, proportional: bool) -> None:
        """`seconds`: what stands in for a class until it was measured."""
        self._unmeasured = seconds
        self._proportional = proportional
        self._measured: dict[int, tuple[float, float]] = {}  # seconds and units, the old fading

    def units(self, size: int) -> tuple[int, int]:
        """The size class of work, and how many units of that class it counts for."""
        return (0, size) if self._proportional else ((size.bit_length() + 1) // 2, 1)

    def unit_seconds(self, size_class: int) -> float:
        """Of a class that was not measured: what stands in for it, or what the nearest class takes
        if that is more. A slow machine is slow with all sizes, but quick small pictures do not make
        large ones quick."""
        if not self._measured:
            return self._unmeasured
        if size_class in self._measured:
            return self._average(size_class)
        nearest = min(self._measured, key=lambda measured: abs(measured - size_class))
        return max(self._unmeasured, self._average(nearest))

    def _average(self, size_class: int) -> float:
        seconds, units = self._measured[size_class]
        return seconds / units

    def seconds(self, size: int) -> float:
        size_class, units = self.units(size)
        return units * self.unit_seconds(size_class)

    def add(self, size: int, seconds: float) -> None:
        """Take in a measurement. The first of a class replaces what stood in for it."""
        size_class, units = self.units(size)
        if units:
            old_seconds, old_units = self._measured.get(size_class, (0.0, 0.0))
            faded = 1 - WEIGHT
            self._measured[size_class] = old_seconds * faded + seconds, old_units * faded + units
