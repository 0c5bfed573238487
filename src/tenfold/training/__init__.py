"""Training, the only room that needs torch.

In: a `TrainingJob`, which names digits, recipe, seed and run folder.
Out: a `TrainedModel`, the measured model folder in that run folder.
"""
