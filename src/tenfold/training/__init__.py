"""Training: the only part that needs torch. `train` turns digits into a measured model folder,
`train_folds` does so by cross-validation, `adapt` goes on with a trained model."""

from tenfold.training.fine_tuning import adapt
from tenfold.training.cross_validation import train_folds
from tenfold.training.single_model import Trained, train

__all__ = ["Trained", "adapt", "train", "train_folds"]
