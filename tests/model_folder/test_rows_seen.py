"""Rows that a model has seen are known again, whatever file, form and order they come in."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from conftest import csv_text, drawn_digits, write_idx, write_kaggle_zip
from tenfold.digits import Digits, join
from tenfold.model_folder.rows_seen import BITS_MAX, HEADER, ROWS_BYTES_MAX, RowsSeen
from tenfold.sources import open_digits
from tenfold.sources.sample import read_sample

TRAINED, CHOSEN, OTHERS = (drawn_digits(n, seed) for n, seed in ((60, 0), (20, 1), (30, 2)))
SEEN = RowsSeen.of([TRAINED], [CHOSEN])


def random_digits(n: int, seed: int = 0) -> Digits:
    images = np.zeros((n, 28, 28), np.uint8)
    images[:, 0, :8] = np.random.default_rng(seed).integers(0, 256, (n, 8))
    return Digits(images, None)


def counts(seen: RowsSeen, digits: Digits) -> tuple[int, int]:
    found = seen.find(digits)
    return int(found.trained_on.sum()), int(found.chosen_by.sum())


def test_rows_are_found_by_what_the_model_did_with_them() -> None:
    found = SEEN.find(join([OTHERS, CHOSEN, TRAINED]))
    assert found.trained_on.tolist() == [False] * 50 + [True] * 60
    assert found.chosen_by.tolist() == [False] * 30 + [True] * 20 + [False] * 60
    assert found.known.all()


def test_a_row_trained_on_and_chosen_by_counts_as_trained_on() -> None:
    seen = RowsSeen.of([TRAINED, TRAINED], [TRAINED, CHOSEN])
    assert len(seen) == 80
    assert counts(seen, TRAINED) == (60, 0)


def test_no_rows_at_all_are_found_nowhere() -> None:
    assert counts(RowsSeen.of(), OTHERS) == (0, 0)
    assert counts(SEEN, OTHERS.take(np.arange(0))) == (0, 0)
    assert RowsSeen.from_bytes(RowsSeen.of().to_bytes()).bits == BITS_MAX


@pytest.mark.parametrize("inverted", [False, True], ids=["dark ground", "bright ground"])
@pytest.mark.parametrize("transposed", [False, True], ids=["upright", "transposed"])
def test_rows_are_found_in_any_orientation_among_rows_as_they_were(
    inverted: bool, transposed: bool
) -> None:
    images = np.concatenate([TRAINED.images[:5], CHOSEN.images[:3], OTHERS.images[:2]])
    turned = images.transpose(0, 2, 1) if transposed else images
    turned = 255 - turned if inverted else turned
    found = SEEN.find(Digits(np.concatenate([images, turned]), None))
    assert found.trained_on.tolist() == [*[True] * 5, *[False] * 5] * 2
    assert found.chosen_by.tolist() == [*[False] * 5, *[True] * 3, *[False] * 2] * 2


# any form and order


def saved_by_a_table_program(folder: Path) -> str:
    """Other line ends, another order, another name."""
    header, *rows = csv_text(TRAINED, end="\n").splitlines()
    path = folder / "again.csv"
    path.write_text("\n".join([header, *reversed(rows)]) + "\n")
    return str(path)


def without_labels(folder: Path) -> str:
    path = folder / "test.csv"
    path.write_text(csv_text(TRAINED, labelled=False))
    return str(path)


def as_idx(folder: Path) -> str:
    write_idx(folder / "idx", "t10k", TRAINED, zipped=True)
    return str(folder / "idx")


def as_zip(folder: Path) -> str:
    return str(write_kaggle_zip(folder / "digits.zip", TRAINED, None))


def as_pictures(folder: Path) -> str:
    """By class; bars are not framed as MNIST frames digits, so framing changes them all."""
    return _pictures(folder, TRAINED.images)


def as_dark_pictures(folder: Path) -> str:
    return _pictures(folder, ~TRAINED.images)


def _pictures(folder: Path, images: np.ndarray) -> str:
    for row, (image, label) in enumerate(zip(images, TRAINED.labelled(), strict=True)):
        place = folder / "pictures" / str(label)
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(place / f"{row}.png")
    return str(folder / "pictures")


@pytest.mark.parametrize(
    "form",
    [saved_by_a_table_program, without_labels, as_idx, as_zip, as_pictures, as_dark_pictures],
)
def test_the_same_rows_are_known_in_any_form(form, tmp_path: Path) -> None:
    if "pictures" in form.__name__:
        pytest.importorskip("cv2")
    digits = open_digits(form(tmp_path)).rows_to_predict()
    assert counts(SEEN, digits) == (60, 0)
    joined = join([OTHERS, digits, CHOSEN])
    assert counts(SEEN, joined) == (60, 20)
    assert counts(RowsSeen.of([digits]), TRAINED) == (60, 0)  # and the other way round


def test_tiles_that_are_framed_already_have_nothing_else_stored(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    sample = read_sample()[0].take(np.arange(5))
    for row, image in enumerate(sample.images):
        Image.fromarray(image).save(tmp_path / f"{row}.png")
    assert open_digits(str(tmp_path)).rows_to_predict().stored is None


# the file


@given(
    st.lists(st.integers(0, 2**64 - 1), max_size=40),
    st.lists(st.integers(0, 2**64 - 1), max_size=40),
)
def test_what_was_written_is_what_is_read(trained: list[int], chosen: list[int]) -> None:
    def digits(numbers: list[int]) -> Digits:
        images = np.zeros((len(numbers), 28, 28), np.uint8)
        images[:, 0, :8] = np.array(numbers, ">u8").view(np.uint8).reshape(-1, 8)
        return Digits(images, None)

    seen = RowsSeen.of([digits(trained)], [digits(chosen)])
    again = RowsSeen.from_bytes(seen.to_bytes())
    np.testing.assert_array_equal(again.hashes, seen.hashes)
    np.testing.assert_array_equal(again.chosen, seen.chosen)
    assert (again.bits, again.sampling, again.complete) == (seen.bits, 0, True)
    assert counts(again, digits(trained))[0] == len(trained)


@pytest.mark.parametrize("rows", [42_000, 90_000, 133_000])
def test_the_file_is_small_and_false_hits_are_rare(rows: int) -> None:
    seen = RowsSeen(*_hashes(rows))._fitted()
    content = seen.to_bytes()
    assert len(content) <= ROWS_BYTES_MAX
    assert len(RowsSeen.from_bytes(content)) == rows
    assert seen.sampling == 0
    assert seen.false_positive_rate < 1e-6
    if rows == 42_000:
        assert len(content) < 4.5 * rows
        assert seen.false_positive_rate < 1e-9


def test_of_too_many_rows_the_same_share_is_always_recognised() -> None:
    """A hash either is of the part that is kept or is not, so what is missing means something."""
    many = random_digits(300_000)
    seen = RowsSeen.of([many])
    content = seen.to_bytes()
    assert len(content) <= ROWS_BYTES_MAX
    again = RowsSeen.from_bytes(content)
    assert again.sampling == 2
    assert again.false_positive_rate < 1e-6
    some = many.take(np.arange(2000))
    found = again.find(some)
    np.testing.assert_array_equal(found.trained_on, found.known)
    assert 0.2 < found.known.mean() < 0.3
    others = again.find(random_digits(2000, seed=1))
    assert not others.trained_on.any()
    assert 0.2 < others.known.mean() < 0.3


def _hashes(rows: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    hashes = np.unique(random.integers(0, 1 << BITS_MAX, rows, dtype=np.uint64))
    return hashes, np.zeros(len(hashes), bool)


# several trainings


def test_what_two_trainings_have_seen_is_joined() -> None:
    both = RowsSeen.of([OTHERS], [TRAINED]) | SEEN
    assert counts(both, join([OTHERS, TRAINED, CHOSEN])) == (90, 20)
    assert both.complete


def test_a_small_model_does_not_blur_the_rows_of_a_large_one() -> None:
    large = RowsSeen(*_hashes(42_000))._fitted()
    assert (large | RowsSeen.from_bytes(SEEN.to_bytes())).bits == large.bits
    assert (large | RowsSeen.of()).bits == large.bits


def test_a_record_with_unrecorded_rows_stays_incomplete() -> None:
    seen = RowsSeen.unrecorded() | SEEN
    assert not seen.complete
    assert not RowsSeen.from_bytes(seen.to_bytes()).complete
    assert counts(seen, TRAINED) == (60, 0)


def test_a_coarser_part_is_joined_in_its_own_precision() -> None:
    coarse = SEEN._reduced(30, 1)
    joined = coarse | RowsSeen.of([OTHERS])
    assert (joined.bits, joined.sampling) == (30, 1)
    found = joined.find(OTHERS)
    np.testing.assert_array_equal(found.trained_on, found.known)


# bytes from strangers

WRITTEN = SEEN.to_bytes()


def changed(**fields: int) -> bytes:
    names = ("magic", "version", "bits", "sampling", "complete", "count")
    header = dict(zip(names, HEADER.unpack_from(WRITTEN), strict=True)) | fields
    return HEADER.pack(*header.values()) + WRITTEN[HEADER.size :]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no list of rows"),
        (WRITTEN[: HEADER.size - 1], "no list of rows"),
        (b"x" + WRITTEN[1:], "no list of rows"),
        (changed(version=2), "version 2"),
        (changed(bits=0), "impossible header"),
        (changed(bits=255), "impossible header"),
        (changed(sampling=48), "impossible header"),
        (changed(complete=2), "impossible header"),
        (changed(bits=6), "impossible header"),
        (changed(count=0), "do not hold 0 rows"),
        (changed(count=2**32 - 1), "do not hold 4,294,967,295 rows"),
        (WRITTEN[:-1], "do not hold 80 rows"),
        (WRITTEN + b"\0", "do not hold 80 rows"),
        (WRITTEN[:-4] + b"\xff\xff\xff\xff", "and says 80"),
        (WRITTEN + bytes(ROWS_BYTES_MAX), "do not hold 80 rows"),
    ],
)
def test_other_bytes_are_refused(content: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        RowsSeen.from_bytes(content)


def test_no_flipped_bit_goes_unnoticed_that_leaves_no_list() -> None:
    """What is accepted is a list in order, and exactly what would be written of it."""
    for place in range(len(WRITTEN) * 8):
        content = bytearray(WRITTEN)
        content[place // 8] ^= 1 << place % 8
        try:
            again = RowsSeen.from_bytes(bytes(content))
        except ValueError:
            continue
        assert again.to_bytes() == bytes(content)
        assert (again.hashes[1:] > again.hashes[:-1]).all()


@pytest.mark.parametrize("bits", range(1, BITS_MAX + 1))
def test_no_header_costs_memory_that_the_file_has_not(bits: int) -> None:
    """The largest file, with every count that its length could hold."""
    head = struct.unpack(HEADER.format, WRITTEN[: HEADER.size])
    tracemalloc.start()
    for count in (1, 1000, 100_000, 800_000, 1_066_000, 2**31):
        header = HEADER.pack(head[0], head[1], bits, 0, 1, count)
        with pytest.raises(ValueError, match=r"rows|header"):
            RowsSeen.from_bytes(header + b"\xff" * (ROWS_BYTES_MAX - HEADER.size))
    assert tracemalloc.get_traced_memory()[1] < 40_000_000
    tracemalloc.stop()
