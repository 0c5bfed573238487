"""The nearest right name for an option that does not exist: what other programs call it."""

from __future__ import annotations

import click

# a name of other programs, and what to say of it where the verb has the option (or None: any verb)
ELSEWHERE: dict[str, tuple[str | None, str]] = {
    "--lr": ("--learning-rate", "did you mean --learning-rate?"),
    "--bs": ("--batch-size", "did you mean --batch-size?"),
    "--batch": ("--batch-size", "did you mean --batch-size?"),
    "--val": ("--validation", "did you mean --validation?"),
    "--val-split": ("--validation", "did you mean --validation?"),
    "--random-state": ("--seed", "did you mean --seed?"),
    "--k-folds": ("--folds", "did you mean --folds?"),
    "--cv": ("--folds", "did you mean --folds?"),
    "--fp16": ("--precision", "did you mean --precision bf16?"),
    "--amp": ("--precision", "did you mean --precision bf16?"),
    "--checkpoint": ("--resume", "did you mean --resume DIR?"),
    "--pretrained": ("--from", "did you mean --from MODEL?"),
    "--data": (None, "data come without an option: give the path alone"),
    "--gpu": (None, "a GPU is used where there is one; --recipe gpu is a network for it"),
    "--cuda": (None, "a GPU is used where there is one; --recipe gpu is a network for it"),
    "--device": (None, "a GPU is used where there is one; --recipe gpu is a network for it"),
    "--threads": (None, "set the environment variable OMP_NUM_THREADS"),
    "--workers": (None, "rows lie in memory, so nothing loads them"),
}


def with_nearest(error: click.ClickException) -> click.ClickException:
    """The same error, with the right name where other programs call an option otherwise."""
    if not isinstance(error, click.NoSuchOption) or error.ctx is None:
        return error
    name = error.option_name.partition("=")[0]
    known = {option for parameter in error.ctx.command.params for option in parameter.opts}
    right, advice = ELSEWHERE.get(name, ("", ""))
    if not advice or (right is not None and right not in known):
        return error
    if right is None and "--recipe" not in known:
        advice = advice.partition("; --recipe")[0]
        if "GPU" in advice:
            advice = "models run on the processor: --engine chooses how"
    return click.UsageError(f"No such option: {name}. {advice}", ctx=error.ctx)
