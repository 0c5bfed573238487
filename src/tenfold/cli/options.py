"""Options that several verbs share, and options made from the fields of a dataclass."""

from __future__ import annotations

import dataclasses
import functools
import typing
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from tenfold.errors import UsageError

if TYPE_CHECKING:
    from tenfold.digits.table_frame import Transposed

Command = TypeVar("Command", bound=Callable[..., Any])

COUNT_HELP = "Number of rows to print; the files and --json have all rows."


class LazyCommand(click.Command):
    """A command whose parameters are built on first use.

    The modules that they are built from take as long to import as the rest of the command line.
    """

    def __init__(
        self, *settings: Any, parameters: Callable[[Callable[[], None]], Any], **named: Any
    ) -> None:
        super().__init__(*settings, **named)
        self._parameters = parameters
        del self.params  # which click has set to an empty list

    @functools.cached_property
    def params(self) -> list[click.Parameter]:  # type: ignore[override]
        return click.command()(self._parameters(lambda: None)).params


def output_options(command: Command) -> Command:
    """Add --json and --quiet, which every verb has."""
    command = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(
        command
    )
    return click.option("--quiet", is_flag=True, help="Print no messages and no progress.")(command)


def data_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --label, --header and --transposed, given to the command as `options`, a DataOptions."""

    @functools.wraps(command)
    def with_options(
        *given: Any,
        label: str | None,
        header: bool | None,
        transposed: Transposed,
        **others: Any,
    ) -> None:
        from tenfold.digits import DataOptions

        command(*given, options=DataOptions(label, header, transposed), **others)

    return table_options(with_options)


def table_options(command: Command) -> Command:
    """Add --label, --header and --transposed, which decide where data can be read in two ways."""
    command = click.option(
        "--transposed",
        type=click.Choice(["auto", "yes", "no"]),
        default="auto",
        show_default=True,
        help="Whether rows and columns of the images are exchanged, as EMNIST's are; auto tells by "
        "their likeness to upright digits.",
    )(command)
    command = click.option(
        "--header/--no-header",
        default=None,
        help="Whether the first line of a table holds names.  [default: inferred from the table]",
    )(command)
    return click.option(
        "--label",
        metavar="COLUMN",
        help="The column of a table that is the label: first, last, none or its name.  "
        "[default: inferred from the table]",
    )(command)


def engine_option(command: Command) -> Command:
    """Add --engine, for the verbs that predict many tiles."""
    return click.option(
        "--engine",
        type=click.Choice(["auto", "onnxruntime", "openvino"]),
        default="auto",
        show_default=True,
        help="Inference runtime; auto uses openvino for many rows, if it is installed and "
        "faster on this machine.",
    )(command)


def model_option(default: str | None, shown: str | None = None) -> Callable[[Command], Command]:
    """Add --model, with the shipped model that is used where it is left out; `shown` says which
    where that depends on the rest."""
    return click.option(
        "--model",
        default=default,
        metavar="MODEL",
        help="A model folder, a run, or a shipped model: mnist or pictures.  "
        f"[default: {shown or default}]",
    )


def force_option(replaced: str) -> Callable[[Command], Command]:
    """Add --force, which says what it replaces, e.g. "DIR"."""
    return click.option("--force", is_flag=True, help=f"Replace {replaced} if it exists.")


def recipe_options(command: Command) -> Command:
    """Add --recipe, and one option for each field of a recipe."""
    from tenfold.recipes import RECIPES, Recipe

    types = typing.get_type_hints(Recipe)
    for field in reversed(dataclasses.fields(Recipe)):
        if field.name == "name":
            continue
        name, field_type = field.name.replace("_", "-"), types[field.name]
        declaration, kind = f"--{name}", field_type
        if field_type is bool:
            declaration, kind = f"--{name}/--no-{name}", None
        elif typing.get_origin(field_type) is Literal:
            kind = click.Choice(typing.get_args(field_type))
        text = f"{field.metadata['help']}  [fast: {_shown(getattr(RECIPES['fast'], field.name))}]"
        command = click.option(declaration, field.name, type=kind, default=None, help=text)(command)
    names = ", ".join(RECIPES)
    return click.option(
        "--recipe",
        default="fast",
        show_default=True,
        metavar="RECIPE",
        help=f"{names}, or a .toml file. [fast: ...] below is what fast has; `tenfold recipes "
        "--json` shows the others.",
    )(command)


def _shown(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else f"{value}"


def place_options(pieces: str) -> Callable[[Command], Command]:
    """Add --on and --workers, for verbs that hand such pieces of work out, e.g. "trials"."""

    def add(command: Command) -> Command:
        command = click.option(
            "--workers",
            type=click.IntRange(1),
            metavar="N",
            help=f"With --on ray: {pieces} at once.  [default: as many as have room]",
        )(command)
        return click.option(
            "--on",
            metavar="WHERE",
            default="local",
            show_default=True,
            help=f"Where {pieces} are trained: local, one after another; ray, which is started for "
            "the job; or ray://HOST:PORT of a cluster.",
        )(command)

    return add


def training_options(command: Command) -> Command:
    """Add the arguments and options that `run` and `train` share."""
    for option in (
        click.option("--force", is_flag=True, help="Replace the run folder if it exists."),
        click.option(
            "--replay",
            multiple=True,
            metavar="DATA",
            help="With --from: rows to replay, so that they are not forgotten; repeatable.",
        ),
        click.option(
            "--from",
            metavar="MODEL",
            help="Fine-tune a model on DATA (at least ten rows): a model folder, a run, or the "
            "name of a shipped model.",
        ),
        click.option("--resume", metavar="DIR", help="Continue an interrupted run."),
        click.option(
            "--track-to",
            metavar="PLACE",
            help="With --track: a folder, or an address such as MLflow's; by default on this "
            "machine, with no connection.",
        ),
        click.option(
            "--track",
            type=click.Choice(["tensorboard", "mlflow", "trackio", "wandb-offline"]),
            help="Log losses, rates, figures, report and model there as well.",
        ),
        place_options("folds"),
        click.option("--out", metavar="DIR", help="The run folder.  [default: runs/<recipe>-<n>]"),
        click.option(
            "--seed", type=click.IntRange(0), default=0, show_default=True, help="Random seed."
        ),
        click.option(
            "--final",
            type=click.Choice(["refit", "ensemble", "none"]),
            help="The model after --folds: one trained on all rows, the ensemble of the folds' "
            "models, or none.  [default: refit; none with --only]",
        ),
        click.option(
            "--only", metavar="N,N,...", help="Train only these of the --folds, numbered from 0."
        ),
        click.option(
            "--folds",
            type=click.IntRange(2, 100),
            help="Cross-validate with this many models; each row is evaluated by a model that was "
            "not trained on it.",
        ),
        table_options,
        recipe_options,
        output_options,
        click.argument("data", nargs=-1),
    ):
        command = option(command)
    return command


def given(name: str) -> bool:
    """Whether the user typed the option of the command that is running."""
    source = click.get_current_context().get_parameter_source(name)
    return source == click.core.ParameterSource.COMMANDLINE


def refuse_options(beside: str, *names: str) -> None:
    """Raise UsageError if an option was typed that `beside` rules out."""
    for name in names:
        if given(name):
            raise UsageError(
                f"--{name.replace('_', '-')} cannot be changed by {beside}",
                hint="leave it out, or start another run",
            )


def refuse_other_options(beside: str, *allowed: str) -> None:
    """Raise UsageError if any option was typed but `beside` and those allowed with it."""
    names = set(click.get_current_context().params) - {*allowed, beside.removeprefix("--")}
    refuse_options(beside, *sorted(names))
