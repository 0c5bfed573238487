"""Options as other programs call them."""

from __future__ import annotations

import json
import re

import pytest

from command_line import call
from tenfold.cli import tenfold
from tenfold.cli.nearest import ELSEWHERE, VERBS_ELSEWHERE

GPU_NAMES = ("--gpu", "--cuda", "--device", "--threads", "--workers", "--data", "--verbose")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train", "--lr", "0.1"), "Did you mean --learning-rate?"),
        (("run", "--gpu"), "--recipe gpu is a network for it"),
        (("run", "--device", "cuda"), "A GPU is used where there is one"),
        (("run", "--device=cuda"), "A GPU is used where there is one"),
        (("run", "--cv", "5"), "Did you mean --folds?"),
        (("predict", "test.csv", "--device", "cpu"), "--engine chooses how"),
        (("run", "--data", "train.csv"), "give the path alone"),
        (("read", "--input", "a.png"), "give the path alone"),
        (("serve", "--gpu"), "Models run on the processor"),
        (("score", "a.csv", "-o", "b", "--n-jobs", "4"), "Did you mean --workers?"),
        (("tune", "--n-trials", "4"), "Did you mean --trials?"),
        (("tune", "--test-size", "0.2"), "Did you mean --held-out?"),
        (("run", "--test-size", "0.2"), "Did you mean --validation?"),
        (("export", "mnist", "--out", "page"), "Did you mean --to?"),
        (("predict", "test.csv", "--out", "a.csv"), "Did you mean --output?"),
        (("evaluate", "--model", "mnist", "--data", "x"), "give it alone"),
        (("evaluate", "mnist", "--weights", "x"), "give it alone"),
        (("train", "--model", "mnist"), "Did you mean --from MODEL?"),
        (("predict", "test.csv", "--threshold", "0.9"), "Did you mean --probabilities?"),
        (("read", "a.png", "--rotate", "90"), "Did you mean --turn?"),
        (("read", "a.png", "--out", "a.csv"), "Did you mean --csv FILE?"),
        (("train", "--kfold", "5"), "Did you mean --folds?"),
        (("predict", "test.csv", "--proba"), "Did you mean --probabilities?"),
        (("predict", "test.csv", "--weights", "x"), "Did you mean --model?"),
        (("run", "--checkpoint", "runs/a"), "Did you mean --resume DIR?"),
    ],
)
def test_an_option_of_other_programs_gets_the_right_name(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*arguments) == 1
    assert said in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("option", ["--dropout", "--frobnicate"])
def test_a_name_that_nothing_resembles_gets_no_advice(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("train", option) == 1
    assert capsys.readouterr().err.rstrip().endswith(f"No such option '{option}'.")


@pytest.mark.parametrize("verb", VERBS_ELSEWHERE)
def test_a_verb_of_other_programs_gets_the_right_name(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(verb, "x") == 1
    right = VERBS_ELSEWHERE[verb]
    assert f"Did you mean 'tenfold {right}'?" in capsys.readouterr().err
    assert right.split()[0] in {*tenfold.commands, "--version", "--help"}
    assert verb not in tenfold.commands


def test_an_option_that_the_verb_lacks_is_not_recommended(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call("check", "train.csv", "--lr", "0.1", "--json") == 1
    error = json.loads(capsys.readouterr().err)
    assert error["error"].startswith("No such option")
    assert "--learning-rate" not in error["error"]


@pytest.mark.parametrize("verb", sorted(tenfold.commands))
def test_whatever_is_recommended_is_there(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Over all verbs and all names of other programs, and a name that is nearly right."""
    options = {option for p in tenfold.commands[verb].params for option in p.opts}
    options |= {option for p in tenfold.commands[verb].params for option in p.secondary_opts}
    for name in (*ELSEWHERE, *GPU_NAMES, "--jsno"):
        if name in options:
            continue
        assert call(verb, name, "x") == 1
        said = " ".join(capsys.readouterr().err.split()).partition("Error: ")[2]
        assert said.startswith("No such option"), said
        recommended = set(re.findall(r"--[a-z][a-z0-9-]+", said)) - {name, "--debug", "--help"}
        assert recommended <= options, (verb, name, said)
    assert call(verb, "--jsno") == 1
    assert "--json" in capsys.readouterr().err
