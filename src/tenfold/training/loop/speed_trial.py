"""Choice of precision and parallelism by the time of a training step on this machine."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable

import torch

from tenfold.digits import CLASSES, SIDE
from tenfold.environment import cpu_has_bf16_tiles, cpu_has_fast_bf16
from tenfold.errors import UsageError
from tenfold.machine_trials import Times, measured, remembered, shortest_times, trials_file
from tenfold.recipes import Recipe
from tenfold.training.loop.fit import parallelism_of
from tenfold.training.loop.parallel import Parallelism, mapped, single_threaded
from tenfold.training.loop.precision import FastSettings
from tenfold.training.loop.state import TrainingState
from tenfold.training.loop.step import shard_networks, train_step

TRIAL_TILES = 100_000  # of a training, from which on a trial of half a second is worth its time
GAIN = 0.95  # another parallelism has to take less than so much of the usual one's time

NAME = re.compile(r"(fp32|bf16) (\d+)x(\d+)")  # such as "bf16 2x1"

Step = Callable[[], object]


def find_fast_settings(
    recipe: Recipe, rows: int, say: Callable[[str], object] = lambda text: None
) -> FastSettings:
    """Find the precision and the parallelism with which a step of this recipe is fastest on this
    machine, of those that the recipe leaves open. On a GPU nothing is measured.

    A training of `rows` rows that is too short for a trial takes what is remembered, else bf16
    where the processor has tiles for it (AMX): AVX512_BF16 alone is faster on some processors and
    slower on others. That bf16 agrees with fp32 is checked apart (`precision.choose_hardware`).
    `say` is told what was measured, and where it is kept.
    """
    if torch.cuda.is_available():
        return FastSettings()
    precisions = _precisions(recipe)
    question = (
        f"training step: {recipe.network} of {recipe.channels} channels, {recipe.members} members, "
        f"batches of {recipe.batch_size}, {recipe.optimizer}, {torch.get_num_threads()} threads, "
        f"{' or '.join(precisions)}"
    )
    if rows * recipe.epochs >= TRIAL_TILES:
        times, was_remembered = measured(question, functools.partial(_times, recipe, precisions))
        if times and not was_remembered:
            steps = ", ".join(f"{name} {1e3 * step:.0f} ms" for name, step in times.items())
            say(f"a step takes in {steps} on this machine (kept in {trials_file()})")
    else:
        times = remembered(question) or {}
    by_processor = "bf16" if "bf16" in precisions and cpu_has_bf16_tiles() else "fp32"
    return _fastest(times) or FastSettings(by_processor)


def _precisions(recipe: Recipe) -> tuple[str, ...]:
    if recipe.precision != "auto":
        return (recipe.precision,)
    return ("fp32", "bf16") if cpu_has_fast_bf16() else ("fp32",)


def _fastest(times: Times) -> FastSettings | None:
    """Return the fastest settings. Another parallelism than the usual one, which comes first of
    each precision, has to be clearly faster."""
    found: dict[FastSettings, float] = {}
    usual: set[str] = set()
    for name, seconds in times.items():
        if written := NAME.fullmatch(name):
            precision, count, threads = written.groups()
            faster = FastSettings(precision, Parallelism(int(count), int(threads)))
            found[faster] = seconds if precision in usual else seconds * GAIN
            usual.add(precision)
    return min(found, key=lambda faster: found[faster], default=None)


def _times(recipe: Recipe, precisions: tuple[str, ...]) -> Times:
    """Measure the seconds of a step, by NAME: of each precision with the usual parallelism, without
    bf16 where it does not agree with fp32, and of the faster precision with others. Empty where no
    precision is left: the training says why."""
    with contextlib.ExitStack() as stack:
        steps: dict[str, dict[str, Step]] = {}
        for precision in precisions:
            with contextlib.suppress(UsageError):  # bf16 gives other gradients here
                steps[precision] = _steps(recipe.replace({"precision": precision}), stack)
        if not steps:
            return {}
        usual = {
            precision: next(iter(by_parallelism)) for precision, by_parallelism in steps.items()
        }
        times = shortest_times(
            {usual[name]: by_parallelism[usual[name]] for name, by_parallelism in steps.items()}
        )
        faster = min(usual, key=lambda precision: times[usual[precision]])
        return times | (shortest_times(steps[faster]) if len(steps[faster]) > 1 else {})


def _steps(recipe: Recipe, stack: contextlib.ExitStack) -> dict[str, Step]:
    """Make steps of a training of its own, on tiles of noise, by NAME: with the usual parallelism,
    then with others."""
    state = TrainingState.initial(recipe, 0)
    generator = torch.Generator().manual_seed(0)
    shape = (recipe.batch_size, SIDE, SIDE)
    images = torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)
    labels = torch.arange(recipe.batch_size) % CLASSES
    for member in state.members:
        member.order = torch.arange(recipe.batch_size)
        member.losses = torch.zeros(recipe.batch_size)
    networks = [shard_networks(state, member) for member in state.members]
    for network in (copy for copies in networks for copy in copies):
        network.train()
    whole = slice(0, recipe.batch_size)

    def step_in(parallelism: Parallelism) -> Step:
        parallel_map = stack.enter_context(mapped(parallelism))

        def step() -> object:
            with single_threaded(enabled=parallelism.count > 1):
                return train_step(
                    state, networks, images, labels, whole, 1e-4, 0.9, parallel_map=parallel_map
                )

        return step

    usual = parallelism_of(state, sum(map(len, networks)))
    # Not one after another on all threads: never faster, and on a busy machine twenty times slower.
    others = [Parallelism(usual.count, 1)] if usual.count > 1 else []
    name = f"{recipe.precision} {{0.count}}x{{0.threads}}".format
    return {
        name(parallelism): step_in(parallelism) for parallelism in dict.fromkeys((usual, *others))
    }
