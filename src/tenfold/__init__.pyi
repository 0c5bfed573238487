"""The types of what `tenfold` imports when it is first used."""

from tenfold.callbacks import Callback as Callback
from tenfold.checks.check import check as check
from tenfold.classifier import Classifier as Classifier
from tenfold.digits import Digits as Digits
from tenfold.evaluation.audit import audit as audit
from tenfold.evaluation.compare import compare as compare
from tenfold.evaluation.measure import evaluate as evaluate
from tenfold.evaluation.report import Report as Report
from tenfold.exporting.export import export as export
from tenfold.interop.estimator import DigitClassifier as DigitClassifier
from tenfold.interop.kaggle.upload import submit as submit
from tenfold.interop.torch_modules import from_torch as from_torch
from tenfold.interop.torch_modules import to_torch as to_torch
from tenfold.interop.tracking import tracker as tracker
from tenfold.interop.tuning.search import tune as tune
from tenfold.main_job import resume as resume
from tenfold.main_job import run as run
from tenfold.main_job import train as train
from tenfold.predictions import predict as predict
from tenfold.progress import Progress as Progress
from tenfold.reading.pictures import read as read
from tenfold.reading.reader import Reader as Reader
from tenfold.reading.reader import load as load
from tenfold.recipes import RECIPES as RECIPES
from tenfold.recipes import Recipe as Recipe
from tenfold.scale import Scorer as Scorer
from tenfold.scale import score as score
from tenfold.sources import open_digits as open_digits

__version__: str
