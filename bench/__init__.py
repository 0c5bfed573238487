"""Measurements of tenfold's claims, each beside other programs where there are any.

Comes in: data files, pictures, a server to start. Goes out: a table, one JSON line, a record.
Scripts at the top are run by their path, those in the rooms as `python -m bench.ROOM.SCRIPT`.
"""
