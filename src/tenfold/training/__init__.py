"""Training: the only part that needs torch. `train` turns digits into a measured model folder."""

from tenfold.training.train import Trained, train

__all__ = ["Trained", "train"]
