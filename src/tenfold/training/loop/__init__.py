"""The training loop: steps, loss, optimiser, schedule, averaging, checkpoints.

In: a `TrainingState` and the images and labels of its rows.
Out: the same state with trained networks, and a checkpoint after every epoch.
"""
