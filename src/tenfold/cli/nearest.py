"""The nearest right name for an option or a verb that does not exist: also what other programs call
it."""

from __future__ import annotations

import difflib
from collections.abc import Collection

import click

GPU = "A GPU is used where there is one; --recipe gpu is a network for it."
PROCESSOR = "Models run on the processor"
PATH_ALONE = "Data come without an option: give the path alone."
MODEL_ALONE = "The model comes without an option: give it alone."
LIKENESS_MIN = 0.7  # of names; --model is to --help 0.6

# names of other programs: the options of ours that do the same, the first that the verb has
ELSEWHERE: dict[str, tuple[str, ...]] = {
    "--lr": ("--learning-rate",),
    "--wd": ("--weight-decay",),
    "--optim": ("--optimizer",),
    "--bs": ("--batch-size",),
    "--batch": ("--batch-size",),
    "--num-epochs": ("--epochs",),
    "--early-stopping": ("--epochs",),
    "--val": ("--validation",),
    "--val-split": ("--validation",),
    "--test-size": ("--held-out", "--validation"),
    "--random-state": ("--seed",),
    "--k-folds": ("--folds",),
    "--n-splits": ("--folds",),
    "--cv": ("--folds",),
    "--fp16": ("--precision bf16",),
    "--amp": ("--precision bf16",),
    "--checkpoint": ("--resume DIR", "--model"),
    "--continue": ("--resume DIR",),
    "--pretrained": ("--from MODEL", "--model"),
    "--weights": ("--model", "--from MODEL"),
    "--model": ("--from MODEL",),
    "--tensorboard": ("--track tensorboard",),
    "--mlflow": ("--track mlflow",),
    "--wandb": ("--track wandb-offline",),
    "--n-trials": ("--trials",),
    "--timeout": ("--minutes",),
    "--time": ("--minutes",),
    "--out": ("--output", "--to", "--csv FILE"),
    "--output": ("--out", "--to", "--csv FILE"),
    "-o": ("--out", "--to", "--csv FILE"),
    "--name": ("--out",),
    "--csv": ("--output",),
    "--dest": ("--to", "--out", "--output"),
    "--overwrite": ("--force",),
    "--silent": ("--quiet",),
    "-q": ("--quiet",),
    "--threshold": ("--reject", "--probabilities"),
    "--confidence": ("--reject", "--probabilities"),
    "--min-confidence": ("--reject", "--probabilities"),
    "--rotate": ("--turn",),
    "--format": ("--json",),
    "--n-jobs": ("--workers",),
    "--runtime": ("--engine",),
    "--backend": ("--engine",),
    "--address": ("--host",),
    "--bind": ("--host",),
    "-p": ("--port",),
    "--key": ("--token-file",),
    "--token": ("--token-file",),
    "--cors": ("--allow-origin",),
}
# what other programs call a verb: ours
VERBS_ELSEWHERE = {
    "fit": "train",
    "finetune": "train --from MODEL",
    "resume": "run --resume DIR",
    "test": "evaluate",
    "classify": "predict",
    "infer": "predict",
    "inference": "predict",
    "ocr": "read",
    "recognise": "read",
    "recognize": "read",
    "validate": "check",
    "search": "tune",
    "optimize": "tune",
    "convert": "export",
    "web": "serve",
    "draw": "serve",
    "download": "fetch",
    "upload": "submit",
    "diff": "compare",
    "list": "recipes",
    "models": "recipes",
    "info": "machine",
    "benchmark": "machine",
    "version": "--version",
    "help": "--help",
}


def with_nearest(error: click.ClickException) -> click.ClickException:
    """The same error, with the right name of an option or a verb where there is one."""
    if isinstance(error, click.NoSuchOption) and error.ctx is not None:
        name = error.option_name.partition("=")[0]
        advice = _option_advice(name, error.ctx)
        return click.UsageError(f"No such option '{name}'.{advice}", error.ctx)
    verb = getattr(error, "command_name", None)  # of an exception that older clicks lack
    if verb in VERBS_ELSEWHERE and isinstance(error, click.UsageError):
        advice = f"Did you mean 'tenfold {VERBS_ELSEWHERE[verb]}'?"
        return click.UsageError(f"No such command '{verb}'. {advice}", error.ctx)
    return error


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name that is most like `name`, or begins with it; None where none is near."""
    close = difflib.get_close_matches(name, known, 1, LIKENESS_MIN)
    begun = [other for other in known if len(name) > 2 and other.startswith(name)]
    return next(iter((*close, *begun)), None)


def _option_advice(name: str, context: click.Context) -> str:
    """What to write or to do instead; empty where there is nothing to say."""
    parameters = context.command.params
    known = {option for parameter in parameters for option in parameter.opts}
    options = {
        option
        for parameter in parameters
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
    }
    names_here = [found for found in ELSEWHERE.get(name, ()) if found.partition(" ")[0] in known]
    if names_here:
        return f" Did you mean {names_here[0]}?"
    if advice := _advice(name, known):
        return f" {advice}"
    close = nearest(name.removeprefix("--"), [option.removeprefix("--") for option in options])
    return f" Did you mean --{close}?" if close else ""


def _advice(name: str, known: set[str]) -> str:
    """What to do instead, where no option does it; empty where there is nothing to say."""
    if name in ("--gpu", "--cuda", "--device", "--accelerator"):
        if "--recipe" in known:
            return GPU
        return f"{PROCESSOR}: --engine chooses how." if "--engine" in known else f"{PROCESSOR}."
    if name in ("--threads", "--num-threads", "--n-jobs"):
        return "Set the environment variable OMP_NUM_THREADS."
    if name in ("--workers", "--num-workers") and "--recipe" in known:
        return "Rows lie in memory, so nothing loads them."
    if name in ("--data", "--input", "--file") and known & {"data", "pictures"}:
        return PATH_ALONE
    if name in ("--model", "--weights", "--checkpoint") and "model" in known:
        return MODEL_ALONE
    if name in ("--verbose", "-v"):
        return "Messages are on standard error; --debug shows the traceback of an error."
    return ""
