"""Work on bytes that nobody vouches for, in processes that can be killed.

A decoder in C can be stopped only from outside: neither an exception nor a thread reaches it. The
processes know this package's work alone, hold no secret, may write no file, and end with whoever
started them.
"""

from tenfold.isolation.bounds import Bounds
from tenfold.isolation.pool import Crowded, OverBounds, Processes, Stopped

__all__ = ["Bounds", "Crowded", "OverBounds", "Processes", "Stopped"]
