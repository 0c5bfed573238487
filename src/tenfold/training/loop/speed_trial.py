"""Choice of the precision by the time of a training step on this machine."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from typing import Literal

import torch

from tenfold.digits import CLASSES, SIDE
from tenfold.environment import cpu_has_bf16_tiles, cpu_has_fast_bf16
from tenfold.errors import UsageError
from tenfold.machine_trials import Times, measured, remembered, shortest_times, trials_file
from tenfold.recipes import Recipe
from tenfold.training.loop.fit import parallel_tasks
from tenfold.training.loop.parallel import parallel_map, sequential_map, single_threaded
from tenfold.training.loop.state import TrainingState
from tenfold.training.loop.step import shard_networks, train_step

Precision = Literal["bf16", "fp32"]

TRIAL_TILES = 100_000  # of a training, from which on a trial of half a second is worth its time


def choose_precision(
    recipe: Recipe, rows: int, say: Callable[[str], object] = lambda text: None
) -> Precision | None:
    """The precision in which a step of this recipe is faster here; None where `recipe` gives it, or
    where there is a GPU.

    A training of `rows` rows that is too short for a trial takes what is remembered, else bf16
    where the processor has tiles for it (AMX): AVX512_BF16 alone is faster on some processors and
    slower on others. That bf16 agrees with fp32 is checked apart (`precision.choose_hardware`).
    `say` is told what was measured, and where it is kept.
    """
    if recipe.precision != "auto" or torch.cuda.is_available():
        return None
    if not cpu_has_fast_bf16():
        return "fp32"
    question = (
        f"training step: {recipe.network} of {recipe.channels} channels, {recipe.members} members, "
        f"batches of {recipe.batch_size}, {recipe.optimizer}, {torch.get_num_threads()} threads"
    )
    if rows * recipe.epochs >= TRIAL_TILES:
        times, was_remembered = measured(question, functools.partial(_times, recipe))
        if not was_remembered:
            steps = ", ".join(f"{name} {1e3 * step:.0f} ms" for name, step in times.items())
            say(f"a step takes in {steps} on this machine (kept in {trials_file()})")
    else:
        times = remembered(question) or {}
    if not times:
        return "bf16" if cpu_has_bf16_tiles() else "fp32"
    return "bf16" if times.get("bf16", float("inf")) < times["fp32"] else "fp32"


def _times(recipe: Recipe) -> Times:
    """Seconds of a step in each precision; without bf16 where it does not agree with fp32."""
    with contextlib.ExitStack() as stack:
        steps: dict[str, Callable[[], object]] = {}
        for precision in ("fp32", "bf16"):
            with contextlib.suppress(UsageError):  # bf16 gives other gradients here
                steps[precision] = _step(recipe.replace({"precision": precision}), stack)
        return shortest_times(steps)


def _step(recipe: Recipe, stack: contextlib.ExitStack) -> Callable[[], object]:
    """A step of a training of its own, on tiles of noise."""
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
    workers = parallel_tasks(state, sum(map(len, networks)))
    mapped = stack.enter_context(parallel_map(workers)) if workers > 1 else sequential_map
    whole = slice(0, recipe.batch_size)

    def step() -> object:
        with single_threaded(enabled=workers > 1):
            return train_step(
                state, networks, images, labels, whole, 1e-4, 0.9, parallel_map=mapped
            )

    return step
