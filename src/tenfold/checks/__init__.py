"""Checks of data files: the doctor that finds faults before a training does.

In: paths of data files, or the `Digits` that were read from them.
Out: findings with place and remedy, a `CheckReport`, and contact sheets; errors for unfit rows.
"""

from tenfold.checks.check import check
from tenfold.checks.check_report import SHEETS, CheckReport, write_sheets
from tenfold.checks.findings import Finding
from tenfold.checks.inspection import inspect

__all__ = ["SHEETS", "CheckReport", "Finding", "check", "inspect", "write_sheets"]
