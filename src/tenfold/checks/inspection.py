"""Inspection of digits that were read without an error. Arrays in, findings out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tenfold.checks.appearance import Appearance, appearance_findings, measure
from tenfold.checks.findings import Finding, Split, Subject, by_severity, finding_of_pairs
from tenfold.checks.likeness import NEIGHBOURS, first_alike, suspicious_labels
from tenfold.digits import CLASSES, Digits, Labels, Rows

IMBALANCE_MAX = 5.0  # the commonest class to the rarest; MNIST 1.23


def inspect(train: Digits | None, test: Digits | None) -> list[Finding]:
    """Findings about training rows and test rows, errors first. Either may be missing.

    Kaggle's 42,000 and 28,000 rows have one: sixteen suspicious labels.
    """
    findings: list[Finding] = []
    subjects: list[Subject] = []
    looks: list[Appearance] = []
    splits: tuple[tuple[Split, Digits | None], ...] = (("train", train), ("test", test))
    for split, digits in splits:
        if digits is None:
            continue
        subject = Subject(split, digits)
        if len(digits) == 0:
            message = f"there are no {subject.noun}"
            findings.append(Finding("error", "no-rows", message, remedy="give a file with rows"))
            continue
        subjects.append(subject)
        looks.append(measure(digits.images))
        findings += appearance_findings(subject, looks[-1])
    if subjects and subjects[0].split == "train":
        findings += _train_findings(subjects, looks)
    return by_severity(findings)


def _train_findings(subjects: list[Subject], looks: list[Appearance]) -> Iterator[Finding]:
    """Find odd labels, copies among the training rows, and test rows among them."""
    train, rows = subjects[0], np.arange(len(subjects[0].digits))
    first = first_alike(*(subject.digits.images for subject in subjects))
    blank = np.concatenate([appearance.blank for appearance in looks])
    first = np.where(blank, np.arange(len(first)), first)  # blank images have another finding
    if train.digits.labels is not None:
        yield from _classes(train.digits.labels)
        distinct = (first[: len(rows)] == rows) & ~blank[: len(rows)]
        yield from _suspicious_labels(train, rows[distinct & ~looks[0].inverted])
    yield from _copies(train, first[: len(rows)])
    for test in subjects[1:]:
        yield from _leaks(train, test, first[len(rows) :])


def _classes(labels: Labels) -> Iterator[Finding]:
    counts = np.bincount(labels, minlength=CLASSES)
    most, least = int(counts.argmax()), int(counts.argmin())
    missing = [str(digit) for digit in np.flatnonzero(counts == 0)]
    if len(missing) == CLASSES - 1:
        message = f"all {len(labels):,} training rows are labelled {most}"
        remedy = "give labelled rows of all ten digits"
        yield Finding("error", "one-class", message, remedy=remedy)
    elif missing:
        message = f"no training row is labelled {', '.join(missing)}"
        remedy = "add rows of every digit: what was never shown cannot be learned"
        yield Finding("error", "missing-class", message, count=len(missing), remedy=remedy)
    elif counts[most] > IMBALANCE_MAX * counts[least]:
        message = (
            f"digit {most} has {counts[most]:,} training rows, digit {least} only {counts[least]:,}"
        )
        remedy = f"add rows of digit {least}, and compare models by their figures for each class"
        yield Finding("warning", "imbalance", message, remedy=remedy)


def _suspicious_labels(train: Subject, rows: Rows) -> Iterator[Finding]:
    found = suspicious_labels(train.digits.images, train.digits.labelled(), rows)
    pairs = list(zip(found.rows.tolist(), found.resembled.tolist(), strict=True))
    if pairs:
        message = (
            f"{'' if found.complete else 'at least '}{train.so_many_are(len(pairs))} labelled "
            f"otherwise than the {NEIGHBOURS} most similar images"
        )
        remedy = "look at each: correct labels that are wrong, keep odd handwriting"
        yield finding_of_pairs("suspicious-labels", message, (train, train), pairs, remedy)
    elif not found.complete:
        message = "not all labels were examined: too many training images, or too much noise"
        remedy = "look for wrong labels among the mistakes of a trained model"
        yield Finding("info", "labels-unexamined", message, count=len(rows), remedy=remedy)


def _copies(train: Subject, first: Rows) -> Iterator[Finding]:
    """Find identical training images, with equal or different labels.

    first: as from likeness.first_alike.
    """
    labels = train.digits.labels
    copies = np.flatnonzero(first != np.arange(len(first)))
    agree = (
        np.full(len(copies), True) if labels is None else labels[copies] == labels[first[copies]]
    )
    if agree.any():
        message = f"{train.so_many_are(int(agree.sum()))} identical to an earlier one"
        remedy = "keep one of each: a copy among the validation rows flatters the accuracy"
        pairs = _pairs(copies[agree], first)
        yield finding_of_pairs("duplicates", message, (train, train), pairs, remedy)
    if not agree.all():
        message = f"{train.so_many_are(int((~agree).sum()))} identical to one with another label"
        remedy = "look at both: keep the row whose label is right, leave the other out"
        pairs = _pairs(copies[~agree], first)
        yield finding_of_pairs("conflicting-labels", message, (train, train), pairs, remedy)


def _leaks(train: Subject, test: Subject, first: Rows) -> Iterator[Finding]:
    rows = np.flatnonzero(first < len(train.digits))
    if len(rows):
        message = f"{test.so_many_are(len(rows))} among the training images"
        remedy = "leave them out of the training rows: they flatter every score on the test rows"
        pairs = _pairs(rows, first)
        yield finding_of_pairs("test-in-train", message, (test, train), pairs, remedy)


def _pairs(rows: Rows, first: Rows) -> list[tuple[int, int]]:
    return list(zip(rows.tolist(), first[rows].tolist(), strict=True))
