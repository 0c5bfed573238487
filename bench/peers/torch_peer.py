"""The loop that the peers in PyTorch share: fp32, the whole data set as one tensor, no workers.

The published scripts feed their networks through a DataLoader, some with worker processes. Here
batches are slices of a tensor and augmentation is done for a whole batch at once, which is faster:
what is compared is each peer's network and schedule, not its plumbing. For the same reason
denormals, which can slow a processor's convolutions many times, count as zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from peer import Floats, Part, Peer, Training, read_with_numpy, savez

EVALUATION_BATCH = 500  # images; more than a batch, and few enough to stay in the cache


@dataclass(frozen=True)
class Method:
    """`rate` maps progress in epochs (2.5: halfway through the third) to the learning rate;
    `augment` and `view` map float [b, 1, 28, 28] in 0..1 to what the network is fed."""

    network: Callable[[], nn.Module]
    optimizer: Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]
    rate: Callable[[float], float]
    batch_size: int
    augment: Callable[[Tensor], Tensor]
    view: Callable[[Tensor], Tensor]


def torch_peer(title: str, source: str, epochs: int, method: Method) -> Peer:
    def begin(training: Part, validation: Part, seed: int) -> Training:
        torch.set_flush_denormal(True)  # before torch's threads start, which keep it
        return TorchTraining(method, training, validation, seed)

    return Peer(
        title,
        source,
        epochs,
        conditions="fp32",
        packages=("torch", "numpy"),
        read=read_with_numpy,
        begin=begin,
        threads=torch.get_num_threads,
    )


class TorchTraining:
    def __init__(self, method: Method, training: Part, validation: Part, seed: int) -> None:
        torch.manual_seed(seed)
        self.method, self.seed = method, seed
        self.network = method.network().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimizer = method.optimizer(self.network.parameters())
        self.images, self.validation = _tensor(training), _tensor(validation)
        self.labels = torch.from_numpy(training.labels)

    @property
    def parameters(self) -> int:
        return sum(parameter.numel() for parameter in self.network.parameters())

    def train_epoch(self, epoch: int) -> None:
        """The seed follows from the epoch, so that a resumed training repeats an unbroken one."""
        torch.manual_seed(1000 * self.seed + epoch + 1)
        self.network.train()
        size = self.method.batch_size
        steps = len(self.images) // size  # the last, short batch is left out
        order = torch.randperm(len(self.images))[: steps * size].view(steps, size)
        for step, rows in enumerate(order):
            for group in self.optimizer.param_groups:
                group["lr"] = self.method.rate(epoch + step / steps)
            logits = self._logits(self.images[rows], self.method.augment)
            self.optimizer.zero_grad()
            functional.cross_entropy(logits, self.labels[rows]).backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()

    @torch.no_grad()
    def probabilities(self) -> Floats:
        self.network.eval()
        batches = torch.split(self.validation, EVALUATION_BATCH)
        answers = [self._logits(images, self.method.view).softmax(1) for images in batches]
        return torch.cat(answers).numpy()

    def _logits(self, images: Tensor, prepare: Callable[[Tensor], Tensor]) -> Tensor:
        """float [b, 10] of images uint8 [b, 1, 28, 28]"""
        inputs = prepare(images.float() / 255)
        logits: Tensor = self.network(inputs.contiguous(memory_format=torch.channels_last))
        return logits

    def save(self, path: Path) -> None:
        arrays = {f"network/{name}": t for name, t in self.network.state_dict().items()}
        for number, state in self.optimizer.state_dict()["state"].items():
            arrays |= {f"optimizer/{number}/{name}": tensor for name, tensor in state.items()}
        savez(path, {name: tensor.numpy() for name, tensor in arrays.items()})

    def restore(self, path: Path) -> None:
        weights: dict[str, Tensor] = {}
        states: dict[int, dict[str, Tensor]] = {}
        with np.load(path, allow_pickle=False) as arrays:
            for key in arrays.files:
                part, _, name = key.partition("/")
                number, _, field = name.partition("/")
                holder = weights if part == "network" else states.setdefault(int(number), {})
                holder[name if part == "network" else field] = torch.from_numpy(arrays[key])
        self.network.load_state_dict(weights)
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": states})


def _tensor(part: Part) -> Tensor:
    return torch.from_numpy(part.images)[:, None]  # uint8 [n, 1, 28, 28]


def as_it_is(images: Tensor) -> Tensor:
    return images


def uniform(count: int, limit: float) -> Tensor:
    """float [count] in -limit..limit"""
    return (2 * torch.rand(count) - 1) * limit


def rotations(degrees: Tensor) -> Tensor:
    """float [b, 2, 2]"""
    radians = degrees * (math.pi / 180)
    cosine, sine = radians.cos(), radians.sin()
    return torch.stack([cosine, -sine, sine, cosine], dim=1).view(-1, 2, 2)
