"""How long it takes: start, reading, scoring, one picture, an answer of the exported page.

Comes in: data files and made pictures. Goes out: seconds, processor seconds and memory.
"""
