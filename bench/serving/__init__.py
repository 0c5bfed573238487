"""What `tenfold serve` bears: requests, load, and the process under measurement.

Comes in: a command that starts a server. Goes out: answers a second, their times, memory.
"""
