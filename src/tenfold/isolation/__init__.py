"""Work on untrusted bytes, in processes that can be killed.

A decoder in C can be stopped only from outside: neither an exception nor a thread reaches it. The
processes hold no secret, may write no file, and end with the process that started them.

In: the name of a function, a JSON header and bytes.
Out: its answer, or an error that says which bound was exceeded.
"""

from tenfold.isolation.bounds import Bounds
from tenfold.isolation.cancellation import Cancellation, Cancelled
from tenfold.isolation.pool import OverBounds, PoolBusy, ProcessPool, Stopped

__all__ = [
    "Bounds",
    "Cancellation",
    "Cancelled",
    "OverBounds",
    "PoolBusy",
    "ProcessPool",
    "Stopped",
]
