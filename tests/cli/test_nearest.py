"""Options as other programs call them."""

from __future__ import annotations

import json

import pytest

from command_line import call


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train", "--lr", "0.1"), "did you mean --learning-rate?"),
        (("run", "--gpu"), "--recipe gpu is a network for it"),
        (("run", "--device", "cuda"), "a GPU is used where there is one"),
        (("run", "--device=cuda"), "a GPU is used where there is one"),
        (("run", "--cv", "5"), "did you mean --folds?"),
        (("predict", "test.csv", "--device", "cpu"), "--engine chooses how"),
        (("run", "--data", "train.csv"), "give the path alone"),
    ],
)
def test_an_option_of_other_programs_gets_the_right_name(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*arguments) == 1
    assert said in " ".join(capsys.readouterr().err.split())


def test_an_option_that_the_verb_lacks_is_not_recommended(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call("check", "train.csv", "--lr", "0.1", "--json") == 1
    error = json.loads(capsys.readouterr().err)
    assert error["error"].startswith("No such option")
    assert "--learning-rate" not in error["error"]
