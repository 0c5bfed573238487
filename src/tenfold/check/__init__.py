"""The doctor for data files: what is in them, what is wrong with them, and what to do about it."""

from tenfold.check.findings import Finding
from tenfold.check.inspection import inspect
from tenfold.check.report import SHEETS, CheckReport, check, write_sheets

__all__ = ["SHEETS", "CheckReport", "Finding", "check", "inspect", "write_sheets"]
