"""Tuning: a search for better fields of a recipe, by Optuna.

In: labelled rows, a recipe, its search space, and a number of trials or of minutes.
Out: a `Tuning`: the winner as a recipe file, measured on rows that no trial saw; and a report.
"""

from tenfold.interop.tuning.search import resume, tune

__all__ = ["resume", "tune"]
