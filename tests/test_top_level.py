"""The names of `import tenfold`: the words of the command line, and nothing else."""

from __future__ import annotations

import dataclasses
import multiprocessing
import pickle
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import tenfold
from conftest import csv_text, drawn_digits
from tenfold.classifier import Classifier
from tenfold.errors import ModelError
from tenfold.model_folder import ModelFolder
from tenfold.reading.reader import load
from tenfold.recipes import RECIPES

NEEDS = {"DigitClassifier": "sklearn"}
PACKAGE = Path(tenfold.__file__).parent


def test_dir_shows_what_there_is_and_nothing_else() -> None:
    assert dir(tenfold) == sorted(tenfold.__all__)
    for name in dir(tenfold):
        if name not in NEEDS or find_spec(NEEDS[name]):
            assert getattr(tenfold, name) is not None


def test_the_types_name_the_same() -> None:
    stub = (PACKAGE / "__init__.pyi").read_text()
    named = re.findall(r"import \w+ as (\w+)", stub)
    assert sorted([*named, "__version__"]) == sorted(tenfold.__all__)


def test_no_module_has_the_name_of_a_function() -> None:
    modules = {path.stem for path in PACKAGE.iterdir()}
    assert not modules & set(tenfold.__all__)


def test_functions_stay_functions_whatever_was_imported() -> None:
    code = (
        "import tenfold, tenfold.cli, tenfold.checks.check, tenfold.main_job, tenfold.predictions\n"
        "for name in ('run', 'train', 'check', 'evaluate', 'predict', 'read', 'compare'):\n"
        "    assert callable(getattr(tenfold, name)), name\n"
        "assert callable(tenfold.run.resume)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_check_and_evaluate_take_one_path(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_text(csv_text(drawn_digits(30)))
    assert tenfold.check(path).train is not None
    assert len(tenfold.evaluate("mnist", path)) == 30


@pytest.mark.parametrize("name", ["fast", "strong", "smoke"])
def test_given_epochs_are_meant_as_they_are_however_they_are_given(name: str) -> None:
    recipe = RECIPES[name]
    for changed in (
        recipe.replace(epochs=2),
        recipe.replace({"epochs": 2}),
        dataclasses.replace(recipe, epochs=2),
        dataclasses.replace(dataclasses.replace(recipe, rotation=5.0), epochs=2),
        dataclasses.replace(dataclasses.replace(recipe, epochs=2), rotation=5.0),
    ):
        assert changed.lengthened(100).epochs == 2
    assert dataclasses.replace(RECIPES["fast"], rotation=5.0).lengthened(100).epochs == 500
    kept = RECIPES["fast"].replace(dataclasses.asdict(RECIPES["fast"]))  # as from a file
    assert kept.lengthened(100).epochs == 500
    assert dataclasses.replace(kept, epochs=2).lengthened(100).epochs == 2
    assert kept.replace(epochs=2).lengthened(100).epochs == 2
    more = dataclasses.replace(RECIPES["fast"], epochs=2, steps_min=300)
    assert more.lengthened(100).epochs == 300


def test_a_pickled_model_is_checked_again() -> None:
    model = Classifier.load("mnist").model
    rebuild, arguments = model.__reduce__()
    assert isinstance(rebuild(*arguments), ModelFolder)
    with pytest.raises(ModelError, match="no graph that tenfold writes"):
        rebuild(arguments[0], b"\x00" + model.graph, *arguments[2:])


def test_classifier_and_reader_survive_a_pickle() -> None:
    tiles = drawn_digits(20).images
    classifier = Classifier.load("mnist", threads=1)
    copied = pickle.loads(pickle.dumps(classifier))
    assert (copied.engine, copied.threads) == (classifier.engine, 1)
    assert np.array_equal(copied.probabilities(tiles), classifier.probabilities(tiles))
    for isolated in (False, True):
        reader = load("mnist", reject=0.25, isolated=isolated)
        again = pickle.loads(pickle.dumps(reader))
        assert again.reject == 0.25
        assert [d.likeliest for d in again.tiles(tiles)] == [
            d.likeliest for d in reader.tiles(tiles)
        ]
        reader.close()
        again.close()


def test_both_can_be_sent_to_other_processes() -> None:
    tiles = drawn_digits(12).images
    classifier, reader = Classifier.load("mnist"), load("mnist")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        digits = pool.apply(classifier.predict, (tiles,))
        read = pool.apply(reader.tiles, (tiles,))
    assert np.array_equal(digits, classifier.predict(tiles))
    assert [digit.likeliest for digit in read] == digits.tolist()
