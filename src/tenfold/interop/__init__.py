"""Doors to other tools: scikit-learn, PyTorch, trackers.

In: arrays, modules and callbacks, as those tools give them.
Out: what those tools take: an estimator, an `nn.Module`, the log of a tracker.
"""
