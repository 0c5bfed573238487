"""The doctor for data files: what is in them, what is wrong with them, and what to do about it."""

from tenfold.check.findings import Finding
from tenfold.check.inspection import inspect
from tenfold.check.report import CheckReport, check

__all__ = ["CheckReport", "Finding", "check", "inspect"]
