"""The command line: parse, one library call, print. Heavy imports live inside the commands."""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import functools
import gc
import io
import sys
import typing
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from tenfold import __version__, console
from tenfold.errors import DataError, Interrupted, OutputError, TenfoldError, UsageError
from tenfold.progress import Progress

if TYPE_CHECKING:
    from tenfold.classifier import Engine
    from tenfold.folds import Final
    from tenfold.recipes import Recipe

WRONG_USE = 1
_COUNT_HELP = "How many rows to show; files and --json have all."
INTERRUPTED_UNFINISHED = 130  # as shells count SIGINT; 3 is for what can be resumed

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="tenfold")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")
def tenfold() -> None:
    """From labelled images of handwritten digits to a recogniser that you can trust."""


class _Late(click.Command):
    """A command whose parameters are made when it is asked for: what they are made of takes as long
    to import as all the rest of this module."""

    def __init__(
        self, *settings: Any, parameters: Callable[[Callable[[], None]], Any], **named: Any
    ) -> None:
        super().__init__(*settings, **named)
        self._parameters = parameters
        del self.params  # which click has set to an empty list

    @functools.cached_property
    def params(self) -> list[click.Parameter]:  # type: ignore[override]
        return click.command()(self._parameters(lambda: None)).params


def _shared(command: Command) -> Command:
    """--json and --quiet, which every verb has."""
    command = click.option("--json", "as_json", is_flag=True, help="Answer in JSON on stdout.")(
        command
    )
    return click.option("--quiet", is_flag=True, help="No talk and no progress on stderr.")(command)


def _engine_option(command: Command) -> Command:
    """--engine, which every verb has that reads many tiles."""
    return click.option(
        "--engine",
        type=click.Choice(["auto", "onnxruntime", "openvino"]),
        default="auto",
        show_default=True,
        help="What runs the model; auto takes openvino for many rows, if it is installed and the "
        "processor has bf16.",
    )(command)


def _recipe_options(command: Command) -> Command:
    """--recipe, and one option for each field of a recipe."""
    from tenfold.recipes import RECIPES, Recipe

    types = typing.get_type_hints(Recipe)
    for field in reversed(dataclasses.fields(Recipe)):
        if field.name == "name":
            continue
        name, wanted = field.name.replace("_", "-"), types[field.name]
        if wanted is bool:
            declaration, kind = f"--{name}/--no-{name}", None
        elif typing.get_origin(wanted) is Literal:
            declaration, kind = f"--{name}", click.Choice(typing.get_args(wanted))
        else:
            declaration, kind = f"--{name}", wanted
        decorate = click.option(
            declaration, field.name, type=kind, default=None, help=field.metadata["help"]
        )
        command = decorate(command)
    names = ", ".join(RECIPES)
    return click.option(
        "--recipe", default="fast", show_default=True, help=f"{names}, or a .toml file."
    )(command)


def _run_options(command: Command) -> Command:
    """What `run` and `train` share."""
    for option in (
        click.option("--force", is_flag=True, help="Replace the run folder if it exists."),
        click.option(
            "--rehearse",
            multiple=True,
            metavar="DATA",
            help="With --from: rows that it must go on reading; repeatable.",
        ),
        click.option(
            "--from",
            metavar="MODEL",
            help="Fine-tune a model on DATA (ten rows or more): a folder, a run, or a shipped name.",
        ),
        click.option("--resume", metavar="DIR", help="Go on with an interrupted run."),
        click.option("--out", metavar="DIR", help="The run folder.  [default: runs/<recipe>-<n>]"),
        click.option("--seed", type=click.IntRange(0), default=0, show_default=True),
        click.option(
            "--final",
            type=click.Choice(["refit", "ensemble", "none"]),
            help="The model after --folds: trained on all rows, the average of the folds' models, "
            "or none.  [default: refit; none with --only]",
        ),
        click.option("--only", metavar="N,N,...", help="Of --folds these alone, from 0."),
        click.option(
            "--folds",
            type=click.IntRange(2, 100),
            help="Cross-validate: train so many models, judge each row by one that did not see it.",
        ),
        _recipe_options,
        _shared,
        click.argument("data", nargs=-1),
    ):
        command = option(command)
    return command


@tenfold.command("run", cls=_Late, parameters=lambda run: _run_options(_engine_option(run)))
def run_command(**options: Any) -> None:
    """Check, train, evaluate, report and write submission.csv.

    DATA is Kaggle's zip, the folder that it unpacks to, a CSV, IDX files, or pictures in folders by
    class; several are joined. Left out, it is the built-in sample of 1,797 digits.
    """
    _main_job(submit=True, **options)


@tenfold.command(cls=_Late, parameters=_run_options)
def train(**options: Any) -> None:
    """Check, train, evaluate and report; no submission."""
    _main_job(submit=False, **options)


def _main_job(
    *,
    submit: bool,
    data: Sequence[str],
    recipe: str,
    seed: int,
    out: str | None,
    resume: str | None,
    force: bool,
    folds: int | None,
    only: str | None,
    final: Final | None,
    rehearse: Sequence[str],
    as_json: bool,
    quiet: bool,
    engine: Engine = "auto",
    **fields: Any,
) -> None:
    from tenfold import run

    start = fields.pop("from")
    progress = Progress(quiet=quiet)
    if resume is not None:
        # a resumed run goes on as it began
        allowed = ("resume", "data", "engine", "as_json", "quiet")
        _refuse("--resume", *(set(click.get_current_context().params) - set(allowed)))
        result = run.resume(resume, paths=data, submit=submit, engine=engine, progress=progress)
    else:
        chosen = _recipe(recipe, start, fields)
        if rehearse and start is None:
            raise UsageError(
                "--rehearse is for --from", hint="give it as DATA, or add --from pictures"
            )
        if folds is None and (only or final):
            raise UsageError("--only and --final are for --folds", hint="add --folds 10")
        result = run.run(
            data,
            chosen,
            seed=seed,
            out=out,
            force=force,
            submit=submit,
            folds=folds,
            only=_numbers(only),
            final=final or ("none" if only else "refit"),
            start=start,
            rehearse=rehearse,
            engine=engine,
            progress=progress,
        )
    answer = result.to_json() if as_json else str(result.folder)
    if sys.stdout is not None:  # closed, it was not wanted, and the work is in the folder
        _answer(answer, as_json)


def _numbers(listed: str | None) -> list[int]:
    try:
        return [int(number) for number in listed.split(",")] if listed else []
    except ValueError:
        raise UsageError(
            f"--only is '{listed}'", hint="give fold numbers with commas between: --only 0,3,7"
        ) from None


def _recipe(name: str, start: str | None, fields: dict[str, Any]) -> Recipe:
    """The recipe of that name, or the one that a model is adapted by, with `fields` changed."""
    from tenfold.recipes import find_recipe, fine_tuning_recipe

    if start is None:
        chosen = find_recipe(name)
    else:
        from tenfold.classifier import find_model

        _refuse("--from", "recipe", "folds", "only", "final", "validation")
        chosen = fine_tuning_recipe(find_model(start).facts["recipe"])
    return chosen.replace({name: value for name, value in fields.items() if value is not None})


def _refuse(beside: str, *names: str) -> None:
    """Raise UsageError where an option was given that `beside` decides."""
    context = click.get_current_context()
    for name in names:
        if context.get_parameter_source(name) == click.core.ParameterSource.COMMANDLINE:
            raise UsageError(
                f"--{name.replace('_', '-')} cannot be changed by {beside}",
                hint="leave it out, or start another run",
            )


@tenfold.command()
@click.argument("data", nargs=-1, required=True)
@click.option("--model", metavar="MODEL", help="Look for rows that this model has seen, too.")
@click.option("--out", metavar="DIR", help="Write sheets of sample and suspicious digits there.")
@click.option("--force", is_flag=True, help="Replace the sheets if they exist.")
@_shared
@click.pass_context
def check(
    context: click.Context,
    data: Sequence[str],
    model: str | None,
    out: str | None,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Look for everything that can be wrong with data files. Never trains.

    Exit code 0 with warnings, 2 with errors.
    """
    from tenfold.check import SHEETS, write_sheets
    from tenfold.check import check as check_data
    from tenfold.classifier import find_model
    from tenfold.files import refuse_existing

    if out is not None:
        refuse_existing(out, force=force, ours=SHEETS)
    progress = Progress(quiet=quiet)
    found = None if model is None else find_model(model)
    report = check_data(data, model=found, progress=progress)
    if out is not None:
        for sheet in write_sheets(report, out, force=force):
            progress.say(f"sheet: {sheet}")
    _answer(report.to_json() if as_json else report.to_text(), as_json)
    if report.errors:
        context.exit(2)


@tenfold.command()
@click.argument("model")
@click.option("--data", required=True, help="Labelled rows.")
@click.option("--out", metavar="DIR", help="Write the numbers (and the report) there.")
@click.option("--force", is_flag=True, help="Replace DIR if it exists.")
@_engine_option
@_shared
def evaluate(
    model: str,
    data: str,
    out: str | None,
    engine: Engine,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Measure a model on labelled rows, without those that it was trained on or chosen by.

    MODEL is a model folder, a run, or mnist (a shipped model).
    """
    from tenfold.evaluation.measure import measure

    progress = Progress(quiet=quiet)
    evaluation = measure(model, data, engine=engine, out=out, force=force, progress=progress)
    _answer(evaluation.numbers() if as_json else evaluation.summary(), as_json)


@tenfold.command()
@click.argument("a", metavar="RUN")
@click.argument("b", metavar="RUN")
@click.option("--out", metavar="DIR", help="Write the differing rows there, with pictures.")
@click.option("--count", type=click.IntRange(1), default=10, show_default=True, help=_COUNT_HELP)
@click.option("--force", is_flag=True, help="Replace DIR if it exists.")
@_shared
def compare(
    a: str, b: str, out: str | None, count: int, force: bool, as_json: bool, quiet: bool
) -> None:
    """Compare two runs on the rows that both have judged.

    Each RUN is a run folder, or one that evaluate --out wrote. The test tells two trained models
    apart, not two recipes: another seed is another model.
    """
    from tenfold.evaluation.compare import compare as compare_runs

    progress = Progress(quiet=quiet)
    comparison = compare_runs(a, b, out=out, force=force, count=count, progress=progress)
    _answer(comparison.to_json() if as_json else comparison.to_text(count), as_json)


@tenfold.command()
@click.argument("run")
@click.option("--out", metavar="DIR", help="Write audit.csv and a sheet of pictures there.")
@click.option("--count", type=click.IntRange(1), default=30, show_default=True, help=_COUNT_HELP)
@click.option("--force", is_flag=True, help="Replace DIR if it exists.")
@_shared
def audit(run: str, out: str | None, count: int, force: bool, as_json: bool, quiet: bool) -> None:
    """List the labels that are probably wrong. Never changes data.

    RUN is a run folder, or one that evaluate --out wrote. Only rows that the model was not trained
    on can be audited: a tenth of a run's, all of a run with --folds 10.
    """
    from tenfold.evaluation.audit import audit as audit_labels

    progress = Progress(quiet=quiet)
    found = audit_labels(run, out=out, force=force, count=count, progress=progress)
    _answer_lines(found.answers()) if as_json else _answer(found.to_text(count), as_json)


@tenfold.command()
@click.argument("data")
@click.option("-o", "--output", default="-", show_default=True, help="submission.csv, or - .")
@click.option(
    "--model", default="mnist", show_default=True, help="A model folder, a run, or mnist (shipped)."
)
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@_engine_option
@_shared
def predict(
    data: str, output: str, model: str, engine: Engine, force: bool, as_json: bool, quiet: bool
) -> None:
    """Read framed rows (test.csv, IDX, ...; - is stdin) into a submission."""
    from tenfold.submission import predict as predict_rows

    progress = Progress(quiet=quiet)
    predictions = predict_rows(
        data, output, model=model, engine=engine, force=force, progress=progress
    )
    if output == "-":
        if as_json:
            _answer_lines(predictions.answers())
        else:
            console.answer(predictions.text(), end="")
    elif as_json:
        _answer(predictions.to_json(), as_json)


@tenfold.command()
@click.argument("pictures", nargs=-1, required=True, metavar="PICTURE...")
@click.option(
    "--model",
    default="pictures",
    show_default=True,
    help="A model folder, a run, mnist or pictures (shipped).",
)
@click.option(
    "--reject",
    type=click.FloatRange(0, 1),
    help="Answer no digit less probable than this.  [default: the model's own]",
)
@click.option(
    "--expect",
    multiple=True,
    metavar="WHAT",
    help="What numbers look like: '[0-9]{5}', 1..31 or luhn.",
)
@click.option(
    "--framed",
    type=click.Choice(["auto", "yes", "no"]),
    default="auto",
    show_default=True,
    help="Whether pictures of 28 x 28 are tiles already, framed like MNIST's.",
)
@click.option("--explain", metavar="DIR", help="Write a sheet of the stages of each picture there.")
@click.option("--tiles", is_flag=True, help="Draw what the model saw.")
@click.option("--force", is_flag=True, help="Replace DIR if it exists.")
@click.option(
    "--picture-seconds",
    type=click.FloatRange(0, min_open=True),
    default=5.0,
    show_default=True,
    help="Give a picture up that takes more processor time to open and search.",
)
@_engine_option
@_shared
@click.pass_context
def read(context: click.Context, /, *, as_json: bool, **options: Any) -> None:
    """Read digits and numbers in photos, scans and drawings.

    PICTURE is a file, a folder, a pattern, or - for standard input. In the answer a space parts
    numbers, / parts rows, and ? stands for what is unsure. Exit code 2 where a picture could not
    be read; the others still come.
    """
    from tenfold.reading.report import read_all

    failed = read_all(as_json=as_json, answer=console.answer, **options)
    if failed:
        context.exit(2)


def _limit_options(command: Command) -> Command:
    """One option for each field of the limits."""
    from tenfold.serving.gate.limits import Limits

    for field in reversed(dataclasses.fields(Limits)):
        command = click.option(
            f"--{field.name.replace('_', '-')}",
            field.name,
            type=type(field.default),
            default=field.default,
            show_default=True,
            help=field.metadata["help"],
        )(command)
    return command


@tenfold.command()
@click.option(
    "--model", default="pictures", show_default=True, help="A model folder, a run, or a name."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port; 0 takes a free one.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that answer; one that dies is replaced.",
)
@click.option("--keep", metavar="DIR", help="Keep corrections there, as pictures by class.")
@click.option("--token-file", metavar="FILE", help="Ask for the token in it (or TENFOLD_TOKEN).")
@click.option(
    "--allow-host", "hosts", multiple=True, help="A name it may be called by; repeatable."
)
@click.option(
    "--allow-origin",
    "origins",
    multiple=True,
    metavar="https://NAME",
    help="Where its page is, behind a proxy that changes the name; repeatable.",
)
@_limit_options
@_shared
def serve(
    *,
    model: str,
    host: str,
    port: int,
    workers: int,
    keep: str | None,
    token_file: str | None,
    hosts: Sequence[str],
    origins: Sequence[str],
    as_json: bool,
    quiet: bool,
    **limits: Any,
) -> None:
    """Serve the page to draw on, and the API. Until Ctrl-C or SIGTERM; then it finishes its work.

    The limits are of one worker. The log is one JSON object a line, on stderr; --quiet leaves
    requests out.
    """
    from tenfold.serving.gate.bearer_token import read_token
    from tenfold.serving.gate.limits import Limits
    from tenfold.serving.processes.server import serve as serve_until_stopped
    from tenfold.serving.processes.worker import Settings

    token = read_token(token_file)
    settings = Settings(
        model, Limits(**limits), tuple(hosts) or None, tuple(origins), token, keep, quiet=quiet
    )
    serve_until_stopped(
        settings,
        host=host,
        port=port,
        workers=workers,
        progress=Progress(quiet=quiet),
        ready=_announce if as_json else lambda url: None,
    )


@tenfold.command()
@click.argument("model")
@click.option("--to", required=True, metavar="DIR", help="The folder to write.")
@click.option(
    "--format",
    type=click.Choice(["html", "onnx"]),
    default="html",
    show_default=True,
    help="One page that reads digits without a server, or a copy of the model folder.",
)
@click.option("--force", is_flag=True, help="Replace DIR if it exists.")
@_shared
def export(
    model: str, to: str, format: Literal["html", "onnx"], force: bool, as_json: bool, quiet: bool
) -> None:
    """Write a model as a page to draw on that works from a disk, or as ONNX.

    MODEL is a model folder, a run, mnist or pictures (these two ship).
    """
    from tenfold.exporting import export_model

    exported = export_model(model, to, format=format, force=force)
    names = (str(exported.folder / file) for file in exported.files)
    _answer(exported.to_json(), as_json) if as_json else _answer_names(names)


@tenfold.command()
@click.argument("url")
@click.option("--to", required=True, metavar="DIR", help="Where the files go.")
@click.option("--sha256", help="Refuse the download if its SHA-256 differs.")
@click.option("--size", "size_bytes", type=int, help="Refuse it if its size in bytes differs.")
@click.option(
    "--timeout",
    type=click.FloatRange(1),
    default=21_600,
    show_default=True,
    help="Seconds in all; what came by then is kept, and the next fetch goes on.",
)
@click.option("--force", is_flag=True, help="Replace DIR if it exists.")
@_shared
def fetch(
    url: str,
    to: str,
    sha256: str | None,
    size_bytes: int | None,
    timeout: float,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Download a zip or tar from a (signed) link, check it and unpack it safely.

    Less than 1,000 bytes a second over a minute is an error.
    """
    from tenfold.sources.download import fetch as fetch_files
    from tenfold.sources.http_answers import Patience

    files = fetch_files(
        url,
        to,
        sha256=sha256,
        size_bytes=size_bytes,
        force=force,
        progress=Progress(quiet=quiet),
        patience=Patience(fetch_seconds_max=timeout),
    )
    names = [str(file) for file in files]
    _answer({"files": names}, as_json) if as_json else _answer_names(names)


def _answer(answer: Any, as_json: bool) -> None:
    console.answer(console.to_json(answer) if as_json else answer)


def _answer_names(names: Iterable[str]) -> None:
    """A name a line, whatever is in it."""
    console.answer(*map(console.printable_line, names))


def _announce(url: str) -> None:
    """Answer where a server listens, which it says on stderr too, and serves in any case."""
    with contextlib.suppress(OutputError):
        _answer({"url": url}, True)


def _answer_lines(answers: Iterable[Any]) -> None:
    """JSON Lines."""
    console.answer("".join(f"{console.to_json(one)}\n" for one in answers), end="")


def main(arguments: Sequence[str] | None = None) -> None:
    """The program: run a command, and turn what it raises into a message and an exit code."""
    console.open_missing()
    atexit.register(gc.freeze)  # or Python looks for garbage among all its modules before it ends
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    debug, as_json = "--debug" in arguments, "--json" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    with console.watched_output() as meaning:
        try:
            # not `tenfold.main`, which has its own ideas of exit codes and of broken pipes
            with tenfold.make_context("tenfold", arguments) as context:
                tenfold.invoke(context)
            code = 0
        except click.exceptions.Exit as ended:
            code = ended.exit_code
        except (Exception, KeyboardInterrupt) as error:
            told = meaning(error)  # click writes help and the version by itself
            if debug and told is not None:
                raise
            code = 0 if told is None else _tell(told, as_json)
    sys.exit(code)


def _tell(error: BaseException, as_json: bool) -> int:
    """Say what went wrong, on stderr; the exit code."""
    if isinstance(error, KeyboardInterrupt):
        console.talk("interrupted")
        return INTERRUPTED_UNFINISHED
    if isinstance(error, TenfoldError):
        message, hint, code = error.message, error.hint, error.exit_code
    elif isinstance(error, click.ClickException):
        if not as_json:
            shown = io.StringIO()
            error.show(shown)
            console.talk(shown.getvalue().rstrip("\n"))
            return WRONG_USE
        message, hint, code = error.format_message(), "see tenfold --help", WRONG_USE
    else:
        message = f"{type(error).__name__}: {error}"
        hint, code = "this is a fault in tenfold: please report what --debug shows", 2
    if as_json:
        text = console.to_json({"error": message, "hint": hint})
    else:
        # the faults of a file are a line each; any other message is one line
        lines = message.split("\n") if isinstance(error, DataError) and error.faults else [message]
        told = "\n".join(map(console.printable_line, [*lines, f"hint: {hint}"]))
        text = told if isinstance(error, Interrupted) else f"error: {told}"
    console.talk(text)
    return code
