"""Training: the only part that needs torch. `train` turns digits into a measured model folder,
`train_folds` does so by cross-validation."""

from tenfold.training.folds import train_folds
from tenfold.training.train import Trained, train

__all__ = ["Trained", "train", "train_folds"]
