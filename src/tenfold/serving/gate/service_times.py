"""Estimates of service time, from recent measurements."""

from __future__ import annotations

WEIGHT = 0.1  # of the newest measurement, after many


class ServiceTimes:
    """Exponential moving average of seconds.

    If time is proportional to size (tiles), there is one average per unit of size. Otherwise there
    is one for each size class, a range of sizes within a factor of four: a picture of ten times the
    bytes takes longer, but not ten times as long.
    """

    def __init__(self, seconds: float, *, proportional: bool) -> None:
        """`seconds`: the estimate for a class until its first measurement."""
        self._unmeasured = seconds
        self._proportional = proportional
        self._measured: dict[int, tuple[float, float]] = {}  # decayed sums of seconds and units

    def units(self, size: int) -> tuple[int, int]:
        """Size class of work, and its number of units in that class."""
        return (0, size) if self._proportional else ((size.bit_length() + 1) // 2, 1)

    def unit_seconds(self, size_class: int) -> float:
        """Seconds per unit of a size class.

        Without measurements of the class: the larger of its initial estimate and the average of the
        nearest class. A slow machine is slow with all sizes, but fast small pictures say nothing
        of large ones.
        """
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
        """Add a measurement. The first of a class replaces the initial estimate."""
        size_class, units = self.units(size)
        if units:
            old_seconds, old_units = self._measured.get(size_class, (0.0, 0.0))
            decay = 1 - WEIGHT
            self._measured[size_class] = old_seconds * decay + seconds, old_units * decay + units
