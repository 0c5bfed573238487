"""The report of an evaluation, as one HTML page and as figures.

In: an `Evaluation`, or the run folder that holds one.
Out: a `Report`, whose plots are matplotlib Axes; `write_report` writes report.html and figures/.
"""

from tenfold.evaluation.report.report import Report
from tenfold.evaluation.report.report_files import REPORT_ENTRIES, write_report

__all__ = ["REPORT_ENTRIES", "Report", "write_report"]
