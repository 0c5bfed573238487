"""Digits as if read from files, and their findings."""

from __future__ import annotations

import numpy as np

from tenfold.checks import Finding
from tenfold.digits import DataFile, Digits, Images, Labels


def written_digits(rows_per_class: int = 10, seed: int = 0) -> Digits:
    """Tiles framed as MNIST's are, 20 high and 12 wide: a pattern for each class, varied a little
    in each row. Row i is labelled i % 10 and stands in line i + 2."""
    random = np.random.default_rng(seed)
    labels = np.arange(10 * rows_per_class) % 10
    images = np.zeros((len(labels), 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        pattern = np.random.default_rng(label).random((20, 12)) < 0.6
        pattern[[0, -1]] = pattern[:, [0, -1]] = True  # so that the box is always of that size
        image[4:24, 8:20] = pattern * random.integers(150, 256, pattern.shape)
    return of_file(images, labels)


def of_file(images: Images, labels: Labels | None, name: str = "train.csv") -> Digits:
    return Digits(images, labels, (DataFile(name, "0" * 64, 1, len(images), first_line=2),))


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, [finding.name for finding in findings]
    return findings[0]


def names(findings: list[Finding]) -> list[str]:
    return [finding.name for finding in findings]
