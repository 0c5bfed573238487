"""Kaggle: the files of a competition, and the submission of predictions, by Kaggle's own library.

In: a token or key that Kaggle gave the user; a submission.csv and the model that made it.
Out: files in a folder; a submission that was checked first. The only room that speaks to Kaggle.
"""

from tenfold.interop.kaggle.download import competition_files
from tenfold.interop.kaggle.upload import Submitted, submit

__all__ = ["Submitted", "competition_files", "submit"]
