"""What scoring at scale takes: rows a second, memory, crashes, beside what others would write.

Comes in: tables of made rows. Goes out: rows a second, processor seconds, memory.
"""
