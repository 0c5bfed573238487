"""Likeness of images: copies and near copies. Arrays in, row numbers out.

All pairs of 42,000 images are 690 million with different labels; a sketch of 33 numbers an image
excludes all but 50,000 of them for certain, and only these are compared pixel by pixel.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tenfold.digits import CLASSES, PIXELS, Images, Labels, Rows

NEAR = 0.45  # distance as a share of the fainter image's norm
NEIGHBOURS = 5
DIRECTIONS = 32
SLACK = 1e-3  # for sums in 32 bits: lets a few more pairs through, keeps none back
ROWS_MAX = 70_000  # the pairs grow as the square of the rows
SUSPECTS_MAX = 2_000  # where so many labels are wrong, a list of them helps nobody
COMPARED_MAX = 1_000_000  # pairs; noise has no directions that tell images apart

# Products this small stay on one thread. Larger ones are spread by OpenBLAS over threads that wait
# for each other: 2 to 9 s on a busy machine where one thread takes 0.8 s.
QUERIES, COLUMNS = 64, 400
SCORES_MAX = 4_000_000  # distances held at a time
CHUNK = 4096  # images or pairs; bounds the memory that their wider copies take

Pixels = npt.NDArray[np.uint8]  # [n, 784]
Vectors = npt.NDArray[np.float32]
Distances = npt.NDArray[np.float64]
Pairs = tuple[Rows, Rows]


def first_alike(*arrays: Images) -> Rows:
    """Find for each image the first identical one, often itself.

    arrays: uint8 [k, 28, 28] each; gives int64 [n], numbered through all arrays.
    """
    digests = (
        hashlib.blake2b(image, digest_size=16).digest() for images in arrays for image in images
    )
    _, first, group = np.unique(
        np.frombuffer(b"".join(digests), dtype="V16"), return_index=True, return_inverse=True
    )
    return first[group].astype(np.int64)


@dataclass(frozen=True, eq=False)
class Suspects:
    """Rows int64 [k] with a suspicious label, and the row that each resembles most.

    `complete` is False where one of the limits above ended the search.
    """

    rows: Rows
    resembled: Rows
    complete: bool


def suspicious_labels(images: Images, labels: Labels, rows: Rows) -> Suspects:
    """Find the `rows` that nearly equal a row with another label, the likeliest errors first.

    The five nearest rows of each have other labels, too. `rows` ascend; none is blank, and no two
    are identical.

    Among the 42,000 labelled rows of MNIST at Kaggle these are 16: some wrongly labelled, some
    that nobody could read, and some sevens that are almost ones.
    """
    examined = rows
    if len(rows) > ROWS_MAX:
        examined = np.sort(np.random.default_rng(0).choice(rows, ROWS_MAX, replace=False))
    whole = len(examined) == len(images)  # then nothing needs to be copied
    pixels = (images if whole else images[examined]).reshape(-1, PIXELS)
    labels = labels[examined]
    if len(pixels) <= NEIGHBOURS:
        return Suspects(rows[:0], rows[:0], complete=True)
    distance, resembled, complete = nearest_opposites(pixels, labels)
    found = np.flatnonzero(np.isfinite(distance))
    # where one with the same label is nearer, the five nearest need not be known
    lead = _nearest_alike(pixels, labels, found) / distance[found]
    found = found[np.argsort(-lead, kind="stable")][: np.count_nonzero(lead > 1)]
    complete = complete and len(found) <= SUSPECTS_MAX and len(examined) == len(rows)
    found = found[:SUSPECTS_MAX]
    around = labels[_nearest(pixels, found)]
    found = found[(around != labels[found, None]).all(axis=1)]
    return Suspects(examined[found], examined[resembled[found]], complete)


def nearest_opposites(pixels: Pixels, labels: Labels) -> tuple[Distances, Rows, bool]:
    """Find for each row the nearest row with another label, and the distance to it.

    The distance is infinity where no such row is near. The last value is False if COMPARED_MAX
    ended the search.
    """
    distance = np.full(len(pixels), np.inf)
    nearest = np.zeros(len(pixels), dtype=np.int64)
    squares = _squares(pixels)
    compared = 0
    for left, right in _candidates(_sketch(pixels, squares), squares, labels):
        difference = pixels[left].astype(np.int32) - pixels[right]
        apart = np.sqrt(np.square(difference).sum(axis=1))
        # farthest first, so that of several writes to one row the nearest stays
        order = np.argsort(-apart)
        near = apart <= NEAR * np.sqrt(np.minimum(squares[left], squares[right]))
        order = order[near[order]]
        for here, there in ((left[order], right[order]), (right[order], left[order])):
            nearer = apart[order] < distance[here]
            distance[here[nearer]] = apart[order][nearer]
            nearest[here[nearer]] = there[nearer]
        compared += len(left)
        if compared > COMPARED_MAX:
            return distance, nearest, False
    return distance, nearest, True


def _candidates(sketch: Vectors, squares: Vectors, labels: Labels) -> Iterator[Pairs]:
    """All pairs with different labels that may be near, and few others.

    The product of two sketches is at least that of the images (Cauchy-Schwarz for the part that
    the sketch leaves out), so |a - b|^2 >= |a|^2 + |b|^2 - 2 sketch(a) sketch(b). A pair, a being
    the fainter, may be near while this is at most (NEAR |a|)^2. One matrix product decides it: its
    columns carry the terms of a and of b beside the sketches.
    """
    norms = np.sqrt(squares)
    by_norm = np.argsort(norms, kind="stable")
    allowed = (NEAR * (1 + SLACK)) ** 2
    ones = np.ones(len(sketch), dtype=np.float32)
    left = np.column_stack([sketch, (allowed - 1) * squares / 2, ones])
    right = np.column_stack([sketch, ones, -squares / 2])
    gathered: list[Pairs] = []
    count = 0
    for digit in range(CLASSES):
        same, others = by_norm[labels[by_norm] == digit], by_norm[labels[by_norm] != digit]
        columns, other_norms = np.ascontiguousarray(right[others].T), norms[others]
        for i in range(0, len(same), QUERIES):
            rows = same[i : i + QUERIES]
            first, last = np.searchsorted(other_norms, norms[rows[[0, -1]]] * (1, 1 + NEAR + SLACK))
            for j in range(int(first), int(last), COLUMNS):
                scores = left[rows] @ columns[:, j : min(j + COLUMNS, int(last))]
                row, column = np.divmod(np.flatnonzero(scores > 0), scores.shape[1])
                gathered.append((rows[row], others[j + column]))
                count += len(row)
            if count >= CHUNK:
                yield from _portions(gathered)
                gathered, count = [], 0
    yield from _portions(gathered)


def _portions(gathered: Sequence[Pairs]) -> Iterator[Pairs]:
    """The same pairs in portions of CHUNK."""
    if gathered:
        left, right = map(np.concatenate, zip(*gathered, strict=True))
        for i in range(0, len(left), CHUNK):
            yield left[i : i + CHUNK], right[i : i + CHUNK]


def _sketch(pixels: Pixels, squares: Vectors) -> Vectors:
    """Project the images on their main directions: float32 [n, 33].

    The last number of an image is the length of the remainder.
    """
    sample = pixels[:: -(-len(pixels) // CHUNK)].astype(np.float32)
    moments = sample.T @ sample
    start = np.random.default_rng(0).standard_normal((PIXELS, DIRECTIONS), dtype=np.float32)
    # any orthonormal basis is right; one that has seen the moments twice excludes enough
    basis = np.linalg.qr(moments @ (moments @ start))[0]
    along = np.concatenate([chunk @ basis for chunk in _in_chunks(pixels)])
    rest = np.sqrt(np.maximum(squares - np.einsum("ij,ij->i", along, along), 0))
    return np.column_stack([along, rest])


def _nearest_alike(pixels: Pixels, labels: Labels, rows: Rows) -> Distances:
    """Measure the distance of each of `rows` to the nearest other row with its label, [k]."""
    distance = np.full(len(rows), np.inf)
    for digit in range(CLASSES):
        same, all_of_digit = np.flatnonzero(labels[rows] == digit), np.flatnonzero(labels == digit)
        for i in range(0, len(same), CHUNK):
            chunk = same[i : i + CHUNK]
            for _, squares in _distances(pixels, rows[chunk], all_of_digit):
                distance[chunk] = np.minimum(distance[chunk], np.sqrt(squares.min(axis=1)))
    return distance


def _nearest(pixels: Pixels, rows: Rows) -> Rows:
    """Find the nearest other rows of each of `rows`, int64 [k, 5], in no order."""
    best = np.full((len(rows), NEIGHBOURS), np.inf, dtype=np.float32)
    nearest = np.zeros((len(rows), NEIGHBOURS), dtype=np.int64)
    for others, squares in _distances(pixels, rows, np.arange(len(pixels))):
        candidates = np.hstack([best, squares])
        kept = np.argpartition(candidates, NEIGHBOURS - 1, axis=1)[:, :NEIGHBOURS]
        known = np.hstack([nearest, np.broadcast_to(others, squares.shape)])
        best = np.take_along_axis(candidates, kept, axis=1)
        nearest = np.take_along_axis(known, kept, axis=1)
    return nearest


def _distances(pixels: Pixels, rows: Rows, others: Rows) -> Iterator[tuple[Rows, Vectors]]:
    """Chunks of `others`, each with the squared distances [len(rows), len(chunk)] to it.

    The distance from a row to itself is infinite.
    """
    near = pixels[rows].astype(np.float32)
    near_squares = np.einsum("ij,ij->i", near, near)
    step = min(CHUNK, max(COLUMNS, SCORES_MAX // max(1, len(rows))))
    for i in range(0, len(others), step):
        chunk = others[i : i + step]
        far = pixels[chunk].astype(np.float32)
        squares = near_squares[:, None] + np.einsum("ij,ij->i", far, far) - 2 * (near @ far.T)
        squares[rows[:, None] == chunk] = np.inf
        yield chunk, np.maximum(squares, 0)


def _squares(pixels: Pixels) -> Vectors:
    """Squared norms, float32 [n]."""
    return np.concatenate([np.einsum("ij,ij->i", c, c) for c in _in_chunks(pixels)])


def _in_chunks(pixels: Pixels) -> Iterator[Vectors]:
    for i in range(0, len(pixels), CHUNK):
        yield pixels[i : i + CHUNK].astype(np.float32)
