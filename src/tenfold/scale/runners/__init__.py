"""Who does the work of a scoring job: processes of this machine, or Ray.

In: a job and its shards, one after another.
Out: events: rows that were read, and a receipt for each shard whose part is in place.
"""
