"""Evaluation: how well a model reads labelled rows, and which labels look wrong.

In: a model and labelled rows, or the folder of an earlier evaluation.
Out: an `Evaluation` (labels, probabilities, metrics), a `Comparison`, an `Audit`, a `Report`.
"""
