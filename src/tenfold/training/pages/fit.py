"""The training of the locator on pages that were composed before."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from tenfold.reading.locate.pyramid import STRIDE
from tenfold.training.networks.locator import Locator, locator_loss
from tenfold.training.pages.pool import Shard

BATCH, CROP = 24, 96  # windows of pages, and their side in pixels: most of a page is empty
WINDOWS = 2  # of a page, each time that it is opened
ON = 128  # of 255: there is writing in a cell
ON_WRITING = 0.75  # of the windows lie on writing
KEEP_STEPS = 100  # between two copies that are handed out
RATE, DECAY, WARM_UP = 4e-3, 0.02, 0.04
AVERAGED = 0.995  # of the running average of the weights stays at each step
AGAIN_TURNED = 0.25  # of the batches: a page serves many times, never quite the same


def fit_locator(
    shards: Callable[[], Sequence[Callable[[], Shard]]],
    *,
    seconds: float,
    seed: int,
    start: Mapping[str, Tensor] | None = None,
    say: Callable[[str], None] = print,
    keep: Callable[[Locator], None] = lambda network: None,
    clock: Callable[[], float] = time.monotonic,
) -> Locator:
    """Train a locator for so many seconds, from the weights `start` where they are given.

    `shards` lists what opens the pages, again and again: more may come while it trains. `keep` is
    given the average of the weights so far, at times.
    """
    torch.manual_seed(seed)
    torch.set_flush_denormal(True)
    network = Locator()
    if start is not None:
        network.load_state_dict(start)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    averaging = get_ema_multi_avg_fn(AVERAGED)  # type: ignore[no-untyped-call]
    average = AveragedModel(network, multi_avg_fn=averaging, use_buffers=True)
    trained = cast(Locator, average.module)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    began, losses = clock(), []
    for step, batch in enumerate(_batches(shards, seed)):
        share = (clock() - began) / seconds
        if share >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = RATE * _rate(share)
        with torch.autocast("cpu", torch.bfloat16):
            outputs = network(batch["picture"])
        loss = locator_loss(outputs.float(), batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        average.update_parameters(network)
        losses.append(float(loss.detach()))
        if step % KEEP_STEPS == KEEP_STEPS - 1:
            loss_mean = np.mean(losses[-KEEP_STEPS:])
            say(f"{share:.3f} of the time, step {step + 1}, loss {loss_mean:.4f}")
            keep(trained)
    return trained.eval()


def _rate(share: float) -> float:
    """One cycle: up for a tenth of the time, then down along a cosine."""
    if share < WARM_UP:
        return 0.1 + 0.9 * share / WARM_UP
    return max(0.005, 0.5 + 0.5 * float(np.cos(np.pi * (share - WARM_UP) / (1 - WARM_UP))))


def _batches(
    shards: Callable[[], Sequence[Callable[[], Shard]]], seed: int
) -> Iterator[dict[str, Tensor]]:
    rng = np.random.default_rng(seed)
    served: dict[int, int] = {}
    while True:
        opened = shards()
        fewest = min(served.get(at, 0) for at in range(len(opened)))
        fresh = [at for at in range(len(opened)) if served.get(at, 0) == fewest]
        chosen = int(rng.choice(fresh))  # new pages first
        served[chosen] = served.get(chosen, 0) + 1
        shard = opened[chosen]()
        order = rng.permutation(np.repeat(np.arange(len(shard["picture"])), WINDOWS))
        for at in range(0, len(order) - BATCH + 1, BATCH):
            windows = [_window(rng, shard, int(row)) for row in order[at : at + BATCH]]
            yield _varied(rng, {name: np.stack([w[name] for w in windows]) for name in shard})


def _window(rng: np.random.Generator, shard: Shard, row: int) -> dict[str, npt.NDArray[Any]]:
    """A window of one page, on writing mostly."""
    cells = CROP // STRIDE
    digits, others = shard["digits"][row], shard["others"][row]
    last = digits.shape[0] - cells
    y, x = rng.integers(0, last + 1, 2)
    written = np.flatnonzero((digits > ON) | (others > ON))
    if len(written) and rng.random() < ON_WRITING:
        middle = np.unravel_index(rng.choice(written), digits.shape)
        y, x = np.clip(np.array(middle) - rng.integers(4, cells - 4, 2), 0, last)
    inside = np.s_[y : y + cells, x : x + cells]
    window = {name: maps[row][inside] for name, maps in shard.items() if name != "picture"}
    pixels = np.s_[y * STRIDE : y * STRIDE + CROP, x * STRIDE : x * STRIDE + CROP]
    return window | {"picture": shard["picture"][row][pixels]}


def _varied(rng: np.random.Generator, batch: dict[str, npt.NDArray[Any]]) -> dict[str, Tensor]:
    """A batch as tensors: in light or dark, of another contrast, at times turned further."""
    maps = {name: torch.from_numpy(values) for name, values in batch.items()}
    picture = maps.pop("picture").float() - 128
    sides = torch.from_numpy(rng.choice([-1.0, 1.0], len(picture), p=[0.3, 0.7])).float()
    contrast = torch.from_numpy(rng.uniform(0.75, 1.3, len(picture))).float()
    picture = picture * (sides * contrast)[:, None, None] + 128
    turned = maps.pop("turned").long()
    heights = maps.pop("heights").float()
    floats = {name: values.float() / 255 for name, values in maps.items()} | {"heights": heights}
    bright = floats["bright"]
    floats["bright"] = torch.where(sides[:, None, None] < 0, 1 - bright, bright)
    all_maps = {"picture": picture.clamp(0, 255), **floats, "turned": turned}
    if rng.random() < AGAIN_TURNED:
        quarters = int(rng.integers(1, 4))
        all_maps = {n: torch.rot90(m, -quarters, (1, 2)) for n, m in all_maps.items()}
        all_maps["turned"] = (all_maps["turned"] + quarters) % 4
    return {name: values.contiguous() for name, values in all_maps.items()}
