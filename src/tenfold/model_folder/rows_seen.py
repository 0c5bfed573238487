"""The rows that a model was trained on or chosen by: `rows.bin` of the model folder.

A row is known by the first bits of BLAKE2b with a digest of 8 bytes over its 784 pixels, so by what
is in it and not by its file, form or place. Trained on: its weights follow from the row. Chosen by:
the row was kept out of training, but set the temperature, the threshold or the learning rate, or
decided which of two models is kept.

    header   magic, version, bits, sampling, complete, count
    flags    one bit a row: 1 if the model was only chosen by it
    low      the last bits of each hash, the same number of each
    high     the first bits of all hashes in order, as a bit vector (Elias 1974, Fano 1971; Vigna
             2013, "Quasi-succinct indices", section 3)

A row is looked up as it is, with rows and columns exchanged, and, where its ground is bright,
inverted. Each time, a row that is not recorded is taken for one that is in less than one of 10^9
cases up to some 95,000 rows, and in less than one of 10^6 up to some 130,000. Beyond, only every
second, fourth, ... row can be told, always the same ones, so that the file stays below 400 kB.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tenfold.digits import Digits, Images
from tenfold.model_folder.row_hashes import (
    HASH_BITS,
    Hashes,
    all_images,
    hashes_of,
    other_orientations,
)

MAGIC = b"10foldRS"
VERSION = 1
HEADER = struct.Struct("<8sBBBBI")
ROWS_BYTES_MAX = 400_000
BITS_MAX = 48  # kept of each hash: 4.5 bytes a row, and 42,000 rows are mistaken in 2^-32.6
SPARE_BITS_MIN = 20  # beyond those that number the rows: mistaken in less than 2^-20

Bools = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class RowsFound:
    """The rows of some data that a model has seen, bool [n] each.

    `chosen_by` leaves out the rows that were trained on as well. Where `known` is False, it is not
    known whether the model has seen the row.
    """

    trained_on: Bools
    chosen_by: Bools
    known: Bools


@dataclass(frozen=True, eq=False)
class RowsSeen:
    """The rows that a model has seen, as hashes.

    hashes uint64 [n], ascending and distinct: the first `bits` bits of the hash of each row;
    chosen bool [n]: True where the model was only chosen by the row. Only hashes that begin with
    `sampling` zero bits are kept. `complete` is False where rows seen earlier were not recorded.
    """

    hashes: Hashes
    chosen: Bools
    bits: int = BITS_MAX
    sampling: int = 0
    complete: bool = True

    @classmethod
    def of(cls, trained_on: Sequence[Digits] = (), chosen_by: Sequence[Digits] = ()) -> RowsSeen:
        """Record all rows of `trained_on` and `chosen_by`, as precisely as the file can."""
        trained = [hashes_of(images) for digits in trained_on for images in all_images(digits)]
        chosen = [hashes_of(images) for digits in chosen_by for images in all_images(digits)]
        together = np.concatenate([*trained, *chosen, np.empty(0, np.uint64)])
        only_chosen = np.arange(len(together)) >= sum(map(len, trained))
        return cls(*_distinct(_shifted(together, HASH_BITS - BITS_MAX), only_chosen))._fitted()

    @classmethod
    def unrecorded(cls) -> RowsSeen:
        """The record of a model without rows.bin: it has seen rows, and none is known."""
        return replace(cls.of(), complete=False)

    def __len__(self) -> int:
        return len(self.hashes)

    def __or__(self, other: RowsSeen) -> RowsSeen:
        """Join two records, in the precision of the coarser."""
        bits, sampling = min(self.bits, other.bits), max(self.sampling, other.sampling)
        left, right = self._reduced(bits, sampling), other._reduced(bits, sampling)
        hashes = np.concatenate([left.hashes, right.hashes])
        chosen = np.concatenate([left.chosen, right.chosen])
        complete = self.complete and other.complete
        return RowsSeen(*_distinct(hashes, chosen), bits, sampling, complete)._fitted()

    @property
    def false_positive_rate(self) -> float:
        """The probability that a hash of an unseen row is taken for that of a seen one."""
        return len(self) / 2.0 ** (self.bits - self.sampling)

    def find(self, digits: Digits) -> RowsFound:
        """Find the rows of `digits` that were seen, as they are or in another orientation.

        Whether a row is known is decided by the row as it is.
        """
        trained, chosen = (np.zeros(len(digits), bool) for _ in range(2))
        known = np.ones(len(digits), bool)
        for images in all_images(digits):
            as_stored = self._first_bits(images)
            known &= _shifted(as_stored, self.bits - self.sampling) == 0
            others = ((rows, self._first_bits(i)) for rows, i in other_orientations(images))
            for rows, hashes in ((np.arange(len(digits)), as_stored), *others):
                matches, only_chosen = self._look_up(hashes)
                trained[rows] |= matches & ~only_chosen
                chosen[rows] |= matches & only_chosen
        return RowsFound(trained, chosen & ~trained, known | trained | chosen)

    def _look_up(self, hashes: Hashes) -> tuple[Bools, Bools]:
        """Which of some hashes are recorded, and which of those were only chosen by: bool [n]."""
        if not len(self):
            return np.zeros(len(hashes), bool), np.zeros(len(hashes), bool)
        at = np.minimum(np.searchsorted(self.hashes, hashes), len(self) - 1)
        return self.hashes[at] == hashes, self.chosen[at]

    def _first_bits(self, images: Images) -> Hashes:
        return _shifted(hashes_of(images), HASH_BITS - self.bits)

    def to_bytes(self) -> bytes:
        """Encode the record as the content of rows.bin, at most ROWS_BYTES_MAX."""
        count, low = len(self), self._low
        flags = (self.bits, self.sampling, int(self.complete))
        header = HEADER.pack(MAGIC, VERSION, *flags, count)
        last = np.unpackbits(self.hashes.astype(">u8").view(np.uint8)).reshape(count, HASH_BITS)
        high = np.zeros(count + (1 << count.bit_length()), np.uint8)
        high[_shifted(self.hashes, low).astype(np.int64) + np.arange(count)] = 1
        columns = (self.chosen, last[:, HASH_BITS - low :].ravel(), high)
        return header + b"".join(np.packbits(column).tobytes() for column in columns)

    @classmethod
    def from_bytes(cls, content: bytes) -> RowsSeen:
        """Decode what `to_bytes` wrote. Raises ValueError on anything else.

        Needs no more memory than some 20 times the content.
        """
        if len(content) < HEADER.size or not content.startswith(MAGIC):
            raise ValueError("is no list of rows")
        _, version, bits, sampling, complete, count = HEADER.unpack_from(content)
        if version != VERSION:
            raise ValueError(f"has version {version}, this tenfold reads {VERSION}")
        low = bits - sampling - count.bit_length()
        if not (0 <= sampling < bits <= BITS_MAX and low >= 0 and complete in (0, 1)):
            raise ValueError("has an impossible header")
        if len(content) > ROWS_BYTES_MAX or len(content) != _size(count, low):
            raise ValueError(f"has {len(content):,} bytes, which do not hold {count:,} rows")
        data = np.frombuffer(content, np.uint8, offset=HEADER.size)
        chosen, data = _unpacked(data, count)
        last, data = _numbers(data, count, low)
        high, _ = _unpacked(data, count + (1 << count.bit_length()))
        at = np.flatnonzero(high)
        if len(at) != count:
            raise ValueError(f"has {len(at):,} rows, and says {count:,}")
        hashes = (at - np.arange(count)).astype(np.uint64) << np.uint64(low) | last
        if count and not ((hashes[1:] > hashes[:-1]).all() and hashes[-1] < 1 << bits - sampling):
            raise ValueError("has rows out of order")
        return cls(hashes, chosen.astype(bool), bits, sampling, bool(complete))

    @property
    def _low(self) -> int:
        """The number of last bits of each hash that the file stores unencoded."""
        return self.bits - self.sampling - len(self).bit_length()

    def _reduced(self, bits: int, sampling: int) -> RowsSeen:
        """Keep fewer bits of each hash, and fewer hashes."""
        hashes = _shifted(self.hashes, self.bits - bits)
        kept = _shifted(hashes, bits - sampling) == 0
        merged = _distinct(hashes[kept], self.chosen[kept])
        return RowsSeen(*merged, bits, sampling, self.complete)

    def _fitted(self) -> RowsSeen:
        """Reduce the precision to what a file has room for."""
        seen = self
        while True:
            numbered = seen.sampling + len(seen).bit_length()
            room = 8 * (ROWS_BYTES_MAX - _size(len(seen), 0)) // max(len(seen), 1)
            spare = min(room, seen.bits - numbered)
            if spare >= min(SPARE_BITS_MIN, seen.bits - numbered) >= 0:
                return seen._reduced(numbered + spare, seen.sampling)
            seen = seen._reduced(seen.bits, seen.sampling + 1)


def _distinct(hashes: Hashes, chosen: Bools) -> tuple[Hashes, Bools]:
    """Sort, and drop copies; a row that was trained on and chosen by counts as trained on."""
    distinct, place = np.unique(hashes, return_inverse=True)
    trained = np.bincount(place[~chosen], minlength=len(distinct)) > 0
    return distinct, ~trained


def _shifted(hashes: Hashes, bits: int) -> Hashes:
    """Drop the last `bits` bits. By all 64, numpy's shift is undefined."""
    return hashes >> np.uint64(bits) if bits < HASH_BITS else np.zeros_like(hashes)


def _size(count: int, low: int) -> int:
    """Compute the bytes of a file of `count` rows with `low` unencoded bits each."""
    sizes = (count, count * low, count + (1 << count.bit_length()))
    return HEADER.size + sum(-(-bits // 8) for bits in sizes)


def _unpacked(data: Bits, bits: int) -> tuple[Bits, Bits]:
    """Unpack the first `bits` bits to a byte each, and split off the bytes after them. Raises
    ValueError where the rest of the last byte is not 0: a record has one encoding."""
    end = -(-bits // 8)
    if bits % 8 and data[end - 1] & (0xFF >> bits % 8):
        raise ValueError("has other bits than those of its rows")
    return np.unpackbits(data[:end], count=bits), data[end:]


def _numbers(data: Bits, count: int, bits: int) -> tuple[Hashes, Bits]:
    """Decode `count` numbers of `bits` bits each, and split off the bytes after them. Raises
    ValueError as `_unpacked` does."""
    if bits % 8:
        unpacked, rest = _unpacked(data, count * bits)
        packed = np.packbits(unpacked.reshape(count, bits), axis=1)
    else:  # as they lie there
        end = count * bits // 8
        packed, rest = data[:end].reshape(count, bits // 8), data[end:]
    numbers = np.zeros((count, HASH_BITS // 8), np.uint8)
    numbers[:, : packed.shape[1]] = packed
    return _shifted(numbers.view(">u8")[:, 0].astype(np.uint64), HASH_BITS - bits), rest
