"""The nearest right name for an option that does not exist: what other programs call it."""

from __future__ import annotations

import click

GPU = "a GPU is used where there is one; --recipe gpu is a network for it"
PROCESSOR = "models run on the processor"
PATH_ALONE = "data come without an option: give the path alone"

# names of other programs: the options of ours that do the same, the first that the verb has
ELSEWHERE: dict[str, tuple[str, ...]] = {
    "--lr": ("--learning-rate",),
    "--wd": ("--weight-decay",),
    "--optim": ("--optimizer",),
    "--bs": ("--batch-size",),
    "--batch": ("--batch-size",),
    "--num-epochs": ("--epochs",),
    "--val": ("--validation",),
    "--val-split": ("--validation",),
    "--test-size": ("--held-out", "--validation"),
    "--random-state": ("--seed",),
    "--k-folds": ("--folds",),
    "--n-splits": ("--folds",),
    "--cv": ("--folds",),
    "--fp16": ("--precision bf16",),
    "--amp": ("--precision bf16",),
    "--checkpoint": ("--resume DIR",),
    "--continue": ("--resume DIR",),
    "--pretrained": ("--from MODEL", "--model"),
    "--weights": ("--model", "--from MODEL"),
    "--n-trials": ("--trials",),
    "--timeout": ("--minutes",),
    "--out": ("--output", "--to"),
    "--output": ("--out", "--to"),
    "--dest": ("--to", "--out", "--output"),
    "--overwrite": ("--force",),
    "--silent": ("--quiet",),
    "--threshold": ("--reject",),
    "--n-jobs": ("--workers",),
    "--runtime": ("--engine",),
    "--backend": ("--engine",),
}


def with_nearest(error: click.ClickException) -> click.ClickException:
    """The same error, with the right name where other programs call an option otherwise."""
    if not isinstance(error, click.NoSuchOption) or error.ctx is None:
        return error
    name, command = error.option_name.partition("=")[0], error.ctx.command
    known = {option for parameter in command.params for option in parameter.opts}
    ours = [found for found in ELSEWHERE.get(name, ()) if found.partition(" ")[0] in known]
    advice = f"did you mean {ours[0]}?" if ours else _advice(name, known)
    if not advice:
        return error
    return click.UsageError(f"No such option: {name}. {advice}", ctx=error.ctx)


def _advice(name: str, known: set[str]) -> str:
    """What to do instead, where no option does it; empty where there is nothing to say."""
    if name in ("--gpu", "--cuda", "--device", "--accelerator"):
        if "--recipe" in known:
            return GPU
        return f"{PROCESSOR}: --engine chooses how" if "--engine" in known else PROCESSOR
    if name in ("--threads", "--num-threads", "--n-jobs"):
        return "set the environment variable OMP_NUM_THREADS"
    if name in ("--workers", "--num-workers") and "--recipe" in known:
        return "rows lie in memory, so nothing loads them"
    if name in ("--data", "--input", "--file") and known & {"data", "pictures"}:
        return PATH_ALONE
    if name in ("--verbose", "-v"):
        return "messages are on standard error; --debug shows the traceback of an error"
    return ""
