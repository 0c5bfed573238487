"""The study: which values are tried, which trials are given up, and what a kill leaves."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the 'train' extra")
pytest.importorskip("optuna", reason="needs the 'tune' extra")

from tenfold.errors import DataError
from tenfold.interop.tuning.study import PruningRule, Study
from tenfold.recipes.search_space import Choice, Span
from tenfold.training.trial import TrialOutcome

pytestmark = pytest.mark.train

SPACE = {"rotation": Span(4.0, 20.0), "rate": Span(0.01, 1.0, log=True),
         "width": Span(2, 9), "norm": Choice(("batch", "none"))}  # fmt: skip
OWN = {"rotation": 5.0, "rate": 0.1, "width": 4, "norm": "batch"}
GOOD = TrialOutcome("finished", 90, 100, 0.1)


def study(folder: Path, seed: int = 0) -> Study:
    return Study(folder / "study.log", SPACE, OWN, seed, epochs=4)


def tried(folder: Path, count: int, seed: int = 0) -> list[dict[str, object]]:
    """The values of so many trials, all finished."""
    folder.mkdir(exist_ok=True)
    values = []
    for _ in range(count):
        begun = study(folder, seed)  # each in a new process, as it were
        asked = begun.ask()
        values.append(dict(asked.values))
        begun.tell(asked.number, GOOD, 1.0)
    return values


def test_trial_0_is_the_recipes_own_and_the_others_are_inside_the_space(tmp_path: Path) -> None:
    first, *others = tried(tmp_path, 4)
    assert first == OWN
    for values in others:
        assert 4 <= values["rotation"] <= 20
        assert 0.01 <= values["rate"] <= 1
        assert values["width"] in range(2, 10)
        assert values["norm"] in ("batch", "none")
    assert len({values["rotation"] for values in others}) == 3


def test_values_follow_from_the_seed_and_the_trials_before(tmp_path: Path) -> None:
    assert tried(tmp_path / "a", 3) == tried(tmp_path / "b", 3)
    assert tried(tmp_path / "c", 3, seed=1)[1:] != tried(tmp_path / "b", 3)[1:]


def test_an_interrupted_trial_is_asked_for_again(tmp_path: Path) -> None:
    tried(tmp_path, 1)
    asked = study(tmp_path).ask()
    assert study(tmp_path).ask() == asked
    assert asked.number == 1


def test_half_a_line_and_the_lock_of_a_kill_are_removed(tmp_path: Path) -> None:
    tried(tmp_path, 1)
    file = tmp_path / "study.log"
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"op_code": 5, "wor')
    (tmp_path / "study.log.lock").touch()
    assert len(study(tmp_path).records()) == 1
    assert file.read_bytes().startswith(whole)
    assert b"wor\n" not in file.read_bytes()
    assert study(tmp_path).ask().number == 1


def test_a_damaged_line_in_the_middle_is_told_with_the_file(tmp_path: Path) -> None:
    tried(tmp_path, 1)
    file = tmp_path / "study.log"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([lines[0], b"{damaged\n", *lines[1:]]))
    with pytest.raises(DataError, match=r"study\.log"):
        study(tmp_path)


def test_how_a_trial_ended_is_recorded(tmp_path: Path) -> None:
    for outcome in (GOOD, TrialOutcome("pruned"), TrialOutcome("diverged")):
        begun = study(tmp_path)
        begun.tell(begun.ask().number, outcome, 1.23456)
    finished, pruned, diverged = study(tmp_path).records()
    assert (finished.state.name, finished.value) == ("COMPLETE", 0.9)
    assert finished.user_attrs == {"n": 100, "right": 90, "seconds": 1.235, "log_loss": 0.1}
    assert (pruned.state.name, diverged.state.name) == ("PRUNED", "FAIL")
    assert diverged.user_attrs == {"n": 0, "right": 0, "seconds": 1.235}  # no infinite loss


def test_a_trial_below_the_median_is_given_up(tmp_path: Path) -> None:
    begun = study(tmp_path)
    for number in range(5):
        assert begun.ask().number == number
        goes_on = begun.goes_on(number)
        assert all(goes_on(epoch, 0.9) for epoch in range(4))
        begun.tell(number, GOOD, 1.0)
    begun.ask()
    bad = begun.goes_on(5)
    assert bad(0, 0.1)  # early epochs say nothing yet
    assert bad(1, 0.1)
    assert not bad(2, 0.5)
    other = pickle.loads(pickle.dumps(bad))  # another process, the same file
    assert other == PruningRule(tmp_path / "study.log", 5, 0, 4)
    assert not other(2, 0.5)
    assert bad(3, 0.5)  # after the last epoch there is nothing left to save


def test_an_epoch_that_is_known_is_not_recorded_twice(tmp_path: Path) -> None:
    begun = study(tmp_path)
    begun.ask()
    begun.goes_on(0)(0, 0.5)
    study(tmp_path).goes_on(0)(0, 0.7)  # a resumed trial runs its epochs anew
    assert study(tmp_path).records()[0].intermediate_values == {0: 0.5}
