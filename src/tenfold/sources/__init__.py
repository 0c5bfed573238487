"""Where digits come from. `open_digits` chooses the reader; everyone else receives `Digits`."""

from tenfold.sources.opening import Source, open_digits

__all__ = ["Source", "open_digits"]
