"""The comparison with other programs: what is run, how it is counted, and what is left of it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bench.accuracy.trials import Participant, peer_trial, pooled, recipe_trial
from conftest import drawn_digits, write_kaggle_zip
from tenfold.errors import OutputError
from train_peer import PEERS

RECIPE = {"title": "tenfold fast", "source": "tenfold train", "conditions": "8 epochs, bf16"}


def peer_result(pieces: list[int], hits: int = 396, **changes: Any) -> dict[str, Any]:
    """A peer's result.json: epochs of 10 + 1 s; the first of a piece takes 4 s more."""
    epochs = [
        {
            "piece": piece,
            "train_seconds": 10 + 4 * (piece not in pieces[:i]),
            "evaluation_seconds": 1,
        }
        for i, piece in enumerate(pieces)
    ]
    made = {
        "peer": "keras_notebook",
        "title": "the notebook in Keras",
        "source": "https://a",
        "conditions": "fp32",
        "epochs_published": 3,
        "start_seconds": 5,
        "share": 1.0,
        "rows": 3600,
        "n": 400,
        "seed": 0,
        "threads": 2,
        "parameters": 9,
        "versions": {},
        "pieces": 1,
        "rows_sha256": "ab",
        "epochs": [epoch | {"hits": hits} for epoch in epochs],
    }
    return made | changes


def compared() -> list[Participant]:
    """A recipe, the notebook to its end, and a peer of which the time alone was measured."""
    recipe = recipe_trial("fast", RECIPE | {"seconds": 2.0, "n": 400, "hits": 398}, 0)
    slow = peer_result([1, 1], peer="doucet", title="Doucet's network", share=0.5, rows=1800)
    return pooled([peer_trial(slow, 0), peer_trial(peer_result([1, 1, 1]), 0), recipe])


# what is run


def test_every_peer_has_a_slice() -> None:
    comparison = pytest.importorskip("bench.comparison")
    assert set(comparison.SLICES) == set(PEERS)


def test_the_notebook_is_spread_between_the_recipes_and_the_longest_come_last() -> None:
    comparison = pytest.importorskip("bench.comparison")
    peers = ["doucet", "torch_example", "keras_notebook"]
    assert comparison.steps(["fast", "strong"], peers, full=True) == [
        ("keras_notebook", 10),
        ("fast", None),
        ("keras_notebook", 20),
        ("strong", None),
        ("keras_notebook", 30),
        ("torch_example", None),
        ("doucet", None),
    ]
    assert comparison.steps(["fast"], peers, full=False) == [
        ("keras_notebook", 2),
        ("fast", None),
        ("keras_notebook", 4),
        ("torch_example", 2),
        ("doucet", 2),
    ]
    assert comparison.steps(["fast"], [], full=True) == [("fast", None)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--peers", "resnet"], "no peer is called resnet"),
        (["--only", "0,10"], "numbers of folds, 0 to 9"),
        (["--only", "one"], "numbers of folds, 0 to 9"),
        (["--keras", "nowhere"], "`make bench` makes it"),
        (["--peers", "none"], "not a zip"),
        (["--recipes", "quick"], "unknown recipe 'quick'"),
    ],
)
def test_a_wrong_use_is_refused_before_anything_runs(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    comparison = pytest.importorskip("bench.comparison")
    with pytest.raises(SystemExit) as ended:
        comparison.main([str(tmp_path / "no.zip"), "--work", str(tmp_path / "work"), *words])
    assert message in capsys.readouterr().err + str(ended.value)
    assert not (tmp_path / "work").exists()


# how it is counted


def test_a_finished_peer_is_the_sum_of_its_work() -> None:
    trial = peer_trial(peer_result([1, 1, 2]), 0)
    assert (trial.seconds, trial.hits, trial.basis) == (5 + 15 + 11 + 15, 396, "")
    assert trial.curve == ((20, 396), (31, 396), (46, 396))


def test_a_peer_on_its_way_is_extrapolated_and_has_no_accuracy_yet() -> None:
    trial = peer_trial(peer_result([1, 1]), 0)
    assert (trial.seconds, trial.hits, trial.basis) == (5 + 3 * 13, None, "2 of 3 epochs")


def test_a_slice_counts_without_the_first_epoch_of_each_piece() -> None:
    trial = peer_trial(peer_result([1, 1, 2, 2], share=0.25, rows=900), 0)
    assert trial.seconds == 5 + 3 * 11 / 0.25
    assert (trial.hits, trial.curve) == (None, ())
    assert trial.basis == "2 of 3 epochs, 900 rows each"
    assert peer_trial(peer_result([1], share=0.5), 0).seconds == 5 + 3 * 15 / 0.5


def test_trials_of_several_folds_are_pooled_and_unfinished_ones_wait() -> None:
    first, second = (peer_result([1, 1, 1], hits=hits) for hits in (396, 398))
    trials = [peer_trial(r, fold) for fold, r in enumerate([first, second, peer_result([1])])]
    (one,) = pooled(trials)
    assert (one.hits, one.n, one.folds, one.basis) == (794, 800, [0, 1], "")
    assert one.seconds_each == [42, 42]
    assert [accuracy for _, accuracy in one.curve] == [794 / 800] * 3


def test_recipes_come_first_and_then_the_notebook() -> None:
    assert [participant.name for participant in compared()] == ["fast", "keras_notebook", "doucet"]


# what is left of it


def test_a_participant_comes_back_from_json() -> None:
    for participant in compared():
        saved = json.loads(json.dumps(participant.to_json()))
        again = Participant.from_json(saved)
        assert again.to_json() == saved
        assert again.accuracy == participant.accuracy


def test_the_table_says_what_was_measured_and_what_was_not() -> None:
    record = pytest.importorskip("bench.accuracy.record")
    lines = record.table(compared()).splitlines()
    assert [len(line) for line in lines] == [len(lines[0])] * 5
    fast, notebook, doucet = lines[2:]
    assert "| 99.50% (n=400, 95 % 98.20% to 99.86%) | 2.0 " in fast
    assert "| 1/21 " in fast
    assert "| 42.0 " in notebook
    assert "| 1 " in notebook
    assert "| not measured " in doucet
    assert "| about 71 " in doucet
    assert "time from 1 of 3 epochs, 1,800 rows each" in doucet


@pytest.mark.parametrize(
    ("seconds", "said"), [(100, "1"), (250, "2.5"), (30, "1/3.3"), (2, "1/50"), (0.3, "1/333")]
)
def test_times_are_shown_in_the_notebooks(seconds: float, said: str) -> None:
    record = pytest.importorskip("bench.accuracy.record")
    assert record.share_of(seconds, 100) == said


def test_words_are_spread_without_changing_their_order() -> None:
    labels = pytest.importorskip("bench.accuracy.labels")
    assert labels.spread([0.1, 0.5, 0.9], 0.1) == [0.1, 0.5, 0.9]
    assert labels.spread([0.5, 0.5, 0.9], 0.1) == pytest.approx([0.45, 0.55, 0.9])
    assert labels.spread([0.4, 0.5, 0.52], 0.2) == pytest.approx([0.2733, 0.4733, 0.6733], abs=1e-3)


def test_published_results_name_their_rows_and_sources() -> None:
    chart = pytest.importorskip("bench.accuracy.chart")
    published = chart.read_published()
    assert len(published) >= 6
    for result in published:
        assert 0.99 < result.accuracy < 1
        assert result.source.startswith("https://")
        assert "to measure on" in result.rows


def test_the_picture_shows_everyone(tmp_path: Path) -> None:
    chart = pytest.importorskip("bench.accuracy.chart")
    with chart.styled():
        figure = chart.draw(compared(), chart.read_published()).figure
    shown = "\n".join(text.get_text() for axes in figure.axes for text in axes.texts)
    for words in ("tenfold fast  99.50 %", "the notebook in Keras  99.00 %", "Doucet's network"):
        assert words in shown
    for result in chart.read_published():
        assert result.what in shown
    assert "Doucet's network  9" not in shown  # its accuracy was not measured


@pytest.mark.parametrize("kept", [[], [0], [2], [0, 2]])
def test_the_picture_can_be_redrawn_from_whatever_was_measured(
    kept: list[int], tmp_path: Path
) -> None:
    chart = pytest.importorskip("bench.accuracy.chart")
    participants = [compared()[i] for i in kept]
    for participant in participants:
        (tmp_path / f"{participant.name}.json").write_text(json.dumps(participant.to_json()))
    chart.write_picture(chart.read_participants(tmp_path), tmp_path / "picture.png")
    with Image.open(tmp_path / "picture.png") as image:
        assert image.width > 1500


def test_a_participant_that_is_left_out_keeps_its_figures_and_is_not_drawn(tmp_path: Path) -> None:
    chart = pytest.importorskip("bench.accuracy.chart")
    for participant in compared():
        (tmp_path / f"{participant.name}.json").write_text(json.dumps(participant.to_json()))
    names = {participant.name for participant in compared()}
    drawn = chart.read_participants(tmp_path, ["fast"])
    assert {participant.name for participant in drawn} == names - {"fast"}
    assert (tmp_path / "fast.json").exists()
    with pytest.raises(FileNotFoundError, match="no participant is called fats"):
        chart.read_participants(tmp_path, ["fats"])


def test_labels_of_marks_at_one_time_stand_in_the_order_of_their_marks() -> None:
    labels = pytest.importorskip("bench.accuracy.labels")
    with pytest.importorskip("bench.accuracy.chart").styled():
        axes = pytest.importorskip("matplotlib.figure").Figure(figsize=(6, 3)).add_subplot()
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        heights = {"lowest": 0.5, "highest": 0.58, "middle": 0.54}
        marks = [labels.Label(0.9, y, y, y, name, "black") for name, y in heights.items()]
        labels.place_labels(axes, marks)
        drawn = sorted(axes.texts, key=lambda words: words.get_window_extent().y0)
    assert [words.get_text() for words in drawn] == ["lowest", "middle", "highest"]


@pytest.mark.parametrize("hits", [0, 40, 400])
def test_an_accuracy_of_all_rows_or_of_none_still_fits_on_the_scale(
    hits: int, tmp_path: Path
) -> None:
    chart = pytest.importorskip("bench.accuracy.chart")
    extreme = dataclasses.replace(compared()[0], hits=hits, curve=[(1.0, hits / 400)] * 2)
    chart.write_picture([extreme], tmp_path / "picture.png")


def test_a_record_is_kept_once(tmp_path: Path) -> None:
    record = pytest.importorskip("bench.accuracy.record")
    about: dict[str, Any] = {"date": "2026-01-02", "command": "make bench", "commit": "ab"}
    about |= {"environment": {"cpu": "a processor", "threads": 2}}
    record.write_record(tmp_path / "kept", compared(), about, force=False)
    assert {path.name for path in (tmp_path / "kept").iterdir()} == set(record.OURS)
    page = (tmp_path / "kept" / "README.md").read_text()
    assert "# tenfold and its peers, 2026-01-02" in page
    assert "2 threads of a processor" in page
    summary = json.loads((tmp_path / "kept" / "comparison.json").read_text())
    assert summary["participants"]["fast"]["of_notebook"] == round(2 / 42, 5)
    with pytest.raises(OutputError, match="exists already"):
        record.write_record(tmp_path / "kept", compared(), about, force=False)


# the whole of it, on a few rows


@pytest.mark.train
def test_a_recipe_and_a_peer_are_evaluated_on_the_same_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch")
    comparison = pytest.importorskip("bench.comparison")
    data = write_kaggle_zip(tmp_path / "digits.zip", drawn_digits(300), drawn_digits(20))
    words = [str(data), "--work", str(tmp_path / "work"), "--recipes", "smoke", "--only", "3"]
    comparison.main([*words, "--peers", "torch_example", "--keep", str(tmp_path / "kept")])
    table, _, line = capsys.readouterr().out.strip().rpartition("\n")
    assert "| tenfold smoke" in table
    summary = json.loads(line)
    assert str(tmp_path) not in line  # nothing names the machine
    assert summary["command"].endswith("--recipes smoke --peers torch_example --only 3 --seed 0")
    measured = summary["participants"]
    assert measured["smoke"]["folds"] == [3]
    assert measured["smoke"]["n"] == measured["torch_example"]["n"] == 30
    assert measured["torch_example"]["extrapolated_from"] == "2 of 14 epochs"
    assert (tmp_path / "kept" / "accuracy-and-time.png").exists()
    fold = tmp_path / "work" / "short" / "fold-3"
    peer = json.loads((fold / "peers" / "torch_example" / "result.json").read_text())
    assert peer["n"] == 30
    assert peer["seed"] == 3
