"""Transposed images are found, said and turned; upright ones never."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from command_line import call
from conftest import drawn_digits, write_idx
from data_forms import label_first, text
from tenfold.digits import CLASSES, DataOptions, Digits
from tenfold.sources import Source, open_digits
from tenfold.sources.upright.likeness import Floats, orientation_log_probabilities
from tenfold.sources.upright.turning import TURN_FROM, evidence_of, transposed_evidence

PIECES = 500  # of each kind


@pytest.fixture(scope="module")
def real(real_data: Source) -> Digits:
    """The half of train.csv that the network has not learned from."""
    train = real_data.training_rows()
    return train.take(np.arange(21_000, len(train)))


@pytest.fixture(scope="module")
def log_probabilities(real: Digits) -> Floats:
    return orientation_log_probabilities(real.images)


def transposed(digits: Digits) -> Digits:
    return Digits(digits.images.transpose(0, 2, 1).copy(), digits.labels)


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 6, 8, 13, 30, 100, 1000])
def test_no_piece_of_real_upright_digits_is_turned(
    rows: int, real: Digits, log_probabilities: Floats
) -> None:
    """Pieces of mixed digits, and pieces of one class, as in a file that is sorted."""
    random = np.random.default_rng(rows)
    labels = real.labelled()
    pools = [np.arange(len(real)), *(np.flatnonzero(labels == digit) for digit in range(CLASSES))]
    for pool in pools:
        pieces = [random.choice(pool, rows, replace=False) for _ in range(PIECES)]
        assert max(evidence_of(log_probabilities[piece]) for piece in pieces) < TURN_FROM


@pytest.mark.parametrize(("rows", "found_min"), [(10, 0.95), (30, 0.99), (300, 1.0)])
def test_pieces_of_transposed_digits_are_found(
    rows: int, found_min: float, log_probabilities: Floats
) -> None:
    random = np.random.default_rng(rows)
    exchanged = log_probabilities[:, [4, 5, 6, 7, 0, 1, 2, 3]]  # as if each image were transposed
    pieces = [random.choice(len(exchanged), rows, replace=False) for _ in range(PIECES)]
    found = [evidence_of(exchanged[piece]) >= TURN_FROM for piece in pieces]
    assert np.mean(found) >= found_min


def test_all_of_train_csv_stays_as_it_is(real: Digits) -> None:
    assert transposed_evidence([real.images]) == 0
    assert transposed_evidence([transposed(real).images]) > 100 * TURN_FROM


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_digits_that_lie_on_their_side_are_not_called_transposed(turns: int, real: Digits) -> None:
    images = np.rot90(real.images[:500], turns, (1, 2))
    assert transposed_evidence([images]) < TURN_FROM


def as_csv(folder: Path, digits: Digits) -> Path:
    (folder / "emnist-digits-train.csv").write_text(text(label_first(digits)))
    return folder / "emnist-digits-train.csv"


def as_idx(folder: Path, digits: Digits) -> Path:
    write_idx(folder, "emnist-digits-train", digits, zipped=True)
    return folder


FORMS: dict[str, Callable[[Path, Digits], Path]] = {"csv": as_csv, "idx": as_idx}


@pytest.mark.parametrize("form", FORMS)
def test_a_transposed_file_is_turned_and_that_is_said(
    form: str, real: Digits, tmp_path: Path
) -> None:
    upright = real.take(np.arange(200))
    path = str(FORMS[form](tmp_path, transposed(upright)))
    source = open_digits(path)
    np.testing.assert_array_equal(source.training_rows().images, upright.images)
    (note,) = [note for note in source.notes if "turned" in note]
    assert note.startswith(path)
    assert "were turned (--transposed no: leave)" in note
    left = open_digits(path, options=DataOptions(transposed="no"))
    np.testing.assert_array_equal(left.training_rows().images, transposed(upright).images)
    assert not any("turned" in note for note in left.notes)


def test_a_few_rows_follow_the_others_of_their_source(real: Digits, tmp_path: Path) -> None:
    few = real.take(np.arange(2))
    write_idx(tmp_path, "train", transposed(real.take(np.arange(100, 200))))
    write_idx(tmp_path, "test", transposed(few))
    source = open_digits(str(tmp_path))
    np.testing.assert_array_equal(source.labelled_rows().images, few.images)


def test_too_few_rows_are_left_and_that_is_said(real: Digits, tmp_path: Path) -> None:
    few = real.take(np.flatnonzero(real.labelled() == 3)[:3])
    source = open_digits(str(as_csv(tmp_path, transposed(few))))
    np.testing.assert_array_equal(source.training_rows().images, transposed(few).images)
    assert (
        "too few rows to tell, left as they are (--transposed yes turns them)" in source.notes[-1]
    )


def test_the_option_turns_whatever_it_is(tmp_path: Path) -> None:
    digits = drawn_digits(15)
    path = str(as_csv(tmp_path, transposed(digits)))
    source = open_digits(path, options=DataOptions(transposed="yes"))
    np.testing.assert_array_equal(source.training_rows().images, digits.images)
    assert "as --transposed yes says" in source.notes[-1]


@pytest.mark.parametrize("verb", ["predict", "evaluate", "check"])
def test_the_verbs_turn_and_say_so(
    verb: str, real: Digits, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digits = real.take(np.arange(100))
    path = str(as_csv(tmp_path, transposed(digits)))
    arguments = {"check": [path], "predict": [path], "evaluate": ["mnist", "--data", path]}[verb]
    call(verb, *arguments)
    told = capsys.readouterr()
    assert "were turned" in " ".join((told.err + told.out).split())
    if verb == "predict":
        found = [int(line.split(",")[1]) for line in told.out.splitlines()[1:]]
        assert np.mean(np.array(found) == digits.labels) > 0.95
        call(verb, path, "--transposed", "no")
        others = [int(line.split(",")[1]) for line in capsys.readouterr().out.splitlines()[1:]]
        assert np.mean(np.array(others) == digits.labels) < 0.8


def test_noise_is_not_turned() -> None:
    images = np.random.default_rng(0).integers(0, 256, (500, 28, 28), np.uint8)
    assert transposed_evidence([images]) < TURN_FROM
