"""The end of every verb's help: what DATA may be, and examples that can be typed."""

from __future__ import annotations

import shlex

import click
import pytest

from command_line import call
from tenfold.cli import tenfold
from tenfold.cli.examples import EXAMPLES, TAKES_DATA
from tenfold.recipes import RECIPES


def test_every_verb_has_examples_and_nothing_else_has() -> None:
    assert set(EXAMPLES) == set(tenfold.commands)


@pytest.mark.parametrize("verb", sorted(EXAMPLES))
def test_every_example_can_be_typed(verb: str) -> None:
    for example in EXAMPLES[verb]:
        program, named, *arguments = shlex.split(example)
        assert (program, named) == ("tenfold", verb)
        tenfold.commands[verb].make_context(verb, arguments)  # raises on what there is not


@pytest.mark.parametrize("verb", sorted(EXAMPLES))
def test_the_help_shows_both_and_what_data_may_be(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(verb, "--help") == 0
    shown = capsys.readouterr().out
    for example in EXAMPLES[verb]:
        assert f"\n    {example}\n" in shown or f"\n    {example}" in shown
    assert ("DATA may be Kaggle's zip" in " ".join(shown.split())) == (verb in TAKES_DATA)


def test_every_verb_that_opens_labelled_data_says_what_it_may_be() -> None:
    for verb, command in tenfold.commands.items():
        options = {option for parameter in command.params for option in parameter.opts}
        if "--label" in options and verb != "score":  # which streams tables alone
            assert verb in TAKES_DATA, verb


@pytest.mark.parametrize("verb", ["run", "train", "tune"])
def test_the_help_shows_the_defaults_of_the_recipe(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(verb, "--help") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "passes over the training rows [fast: 14]" in shown
    assert "the highest learning rate [fast: 0.2]" in shown
    fields = [name for name in vars(RECIPES["fast"]) if name != "name"]
    options = {p.name: p for p in tenfold.commands[verb].params if isinstance(p, click.Option)}
    assert all("[fast: " in (options[field].help or "") for field in fields)
