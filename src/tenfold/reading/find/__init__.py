"""From a picture to candidate tiles: processor work alone, no model."""

from tenfold.reading.find.digits import find_digits

__all__ = ["find_digits"]
