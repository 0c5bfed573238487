"""Measuring a model: `evaluate` gives an `Evaluation` (numbers), `Report` draws it."""
