"""Checks of data files: the doctor that finds faults before a training does.

In: paths of data files, or the `Digits` that were read from them.
Out: findings with place and remedy, a `CheckReport`, and contact sheets; errors for unfit rows.
"""

from tenfold.check.check import check_data
from tenfold.check.check_report import SHEETS, CheckReport, write_sheets
from tenfold.check.findings import Finding
from tenfold.check.inspection import inspect

__all__ = ["SHEETS", "CheckReport", "Finding", "check_data", "inspect", "write_sheets"]
