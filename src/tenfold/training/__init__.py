"""Training: the only part that needs torch. `train` turns digits into a measured model folder,
`train_folds` does so by cross-validation, `adapt` goes on with a trained model."""

from tenfold.training.adapt import adapt
from tenfold.training.folds import train_folds
from tenfold.training.train import Trained, train

__all__ = ["Trained", "adapt", "train", "train_folds"]
