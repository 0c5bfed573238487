"""How `sources/upright/upright.npz` is made, which tells transposed digits from upright ones.

    python -m bench.accuracy.train_upright digit-recognizer.zip upright.npz [--steps 4000]

Learns from the first half of train.csv, distorted; says how often the second half is told right.
Four minutes on one core. Needs the extra `train`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tenfold.sources import open_digits
from tenfold.sources.upright.likeness import POOL, TRANSPOSED, UPRIGHT

HIDDEN = 48
BATCH = 256
RATE = 3e-3
SEED = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data")
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=4000)
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    images = torch.tensor(open_digits(arguments.data, ("train",)).training_rows().images)
    learned, held_out = (images / 255)[:, None].chunk(2)
    network = nn.Sequential(nn.Linear((28 // POOL) ** 2, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1))
    fit(network, learned, arguments.steps)
    with torch.no_grad():
        scores = scores_of(network, held_out)
    right = (scores[:, UPRIGHT] > scores[:, TRANSPOSED]).float().mean()
    print(f"upright rather than transposed: {right:.2%} of {len(held_out):,} held-out rows")
    first, bias, last, offset = (
        part.detach().numpy().astype(np.float16) for part in network.parameters()
    )
    np.savez(arguments.out, first=first, bias=bias, last=last, offset=offset)


def fit(network: nn.Module, images: Tensor, steps: int) -> None:
    """Train the network to give the upright one of the eight orientations the highest score."""
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = RATE * (1 - step / steps)
        batch = distorted(images[torch.randint(len(images), (BATCH,))])
        loss = functional.cross_entropy(
            scores_of(network, batch), torch.full((BATCH,), UPRIGHT, dtype=torch.long)
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if step % 500 == 499:
            print(f"step {step + 1:,}: loss {loss.item():.3f}", flush=True)


def scores_of(network: nn.Module, images: Tensor) -> Tensor:
    """The scores [n, 8] of images [n, 1, 28, 28] in the orientations of `likeness`."""
    turns = [
        torch.rot90(each, turn, (2, 3))
        for each in (images, images.transpose(2, 3))
        for turn in range(4)
    ]
    flat = functional.avg_pool2d(torch.stack(turns, 1).flatten(0, 1), POOL).flatten(1)
    flat = flat / flat.norm(dim=1, keepdim=True).clamp_min(1e-6)
    scores: Tensor = network(flat)
    return scores.view(len(images), -1)


def distorted(images: Tensor) -> Tensor:
    """Images [n, 1, 28, 28] turned, slanted, scaled, moved; blurred, thickened or black and white.

    EMNIST's are larger than MNIST's, blurred and thick.
    """
    n = len(images)
    angle, slant = (torch.rand(n) - 0.5) * 0.35, (torch.rand(n) - 0.5) * 0.4
    wide = 0.8 + 0.45 * torch.rand(n)
    high = wide * (0.9 + 0.2 * torch.rand(n))
    moved = torch.zeros(n, 2, 3)
    moved[:, 0, 0], moved[:, 0, 1] = angle.cos() * wide, (slant - angle.sin()) * wide
    moved[:, 1, 0], moved[:, 1, 1] = angle.sin() * high, angle.cos() * high
    moved[:, :, 2] = (torch.rand(n, 2) - 0.5) * 0.25
    grid = functional.affine_grid(moved, list(images.shape), align_corners=False)
    images = functional.grid_sample(images, grid, align_corners=False)
    line = torch.tensor([1.0, 2.0, 1.0]) / 4
    kernel = (line[:, None] * line)[None, None]
    blurred = functional.conv2d(images, kernel, padding=1)
    twice = functional.conv2d(functional.conv2d(blurred, kernel, padding=1), kernel, padding=1)
    blur, edge = torch.rand(2, n, 1, 1, 1)
    images = torch.where(blur < 0.4, images, torch.where(blur < 0.7, blurred, twice))
    thick = functional.max_pool2d(images, 3, 1, 1)
    return torch.where(edge < 0.2, (images > 0.4).float(), torch.where(edge < 0.35, thick, images))


if __name__ == "__main__":
    main()
