"""How well pictures are read, by tenfold and by others.

Comes in: labelled pictures, real and made. Goes out: shares of right answers, by source.
"""
