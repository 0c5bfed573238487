"""A whole optimiser step on a GPU as one CUDA graph, which stands for `step.take_step` there.

Kernels of networks this small last microseconds, and Python cannot launch them as fast as they end.
A recorded step is launched at once, the members of an ensemble beside one another in it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from tenfold.training.loop.state import Training, seed_of
from tenfold.training.loop.step import learn, move

EAGER_STEPS = 3  # before recording: in them the libraries choose and load their kernels


def can_be_recorded(training: Training) -> bool:
    """Whether each step is the same sequence of kernels, with nothing in it for the CPU to do."""
    recipe = training.recipe
    drawn = recipe.pictures or recipe.non_digits or recipe.european
    adapted = training.start is not None
    steady = recipe.optimizer != "rmsprop"
    return training.hardware.device.type == "cuda" and steady and not drawn and not adapted


class RecordedStep:
    """Chance is the GPU's own generator here, seeded anew for each step, so a recorded step draws
    what the same step would draw unrecorded, and a resumed training repeats it."""

    def __init__(
        self, training: Training, networks: Sequence[nn.Sequential], images: Tensor, labels: Tensor
    ) -> None:
        self.training, self.networks = training, networks
        self.images, self.labels = images, labels
        device, members = images.device, len(networks)
        self.generator = torch.cuda.default_generators[torch.cuda.current_device()]
        self.streams = [torch.cuda.Stream() for _ in range(members)]  # type: ignore[no-untyped-call]
        self.graph: torch.cuda.CUDAGraph | None = None
        self.taken = 0
        # what a replay reads and writes lies where it lay when it was recorded
        self.rows = torch.zeros(members, training.recipe.batch_size, dtype=torch.int64).to(device)
        self.rate, self.decay = torch.zeros((), device=device), torch.zeros((), device=device)
        self.results = torch.zeros(members, 2, device=device)

    def __call__(self, each: slice, rate: float, decay: float) -> list[tuple[float, int]]:
        """For each member its mean loss and how many rows it had right."""
        training, position = self.training, self.training.position
        seed = seed_of(training.seed, position.epoch + 1, position.batch, 0)
        self.generator.manual_seed(seed)
        self.rate.fill_(rate)
        self.decay.fill_(decay)
        rows = torch.stack([member.order[each] for member in training.members])
        if rows.shape != self.rows.shape:  # an epoch's last batch
            self._step(rows)
        else:
            self.rows.copy_(rows)
            self._replay_or_record()
        return [(loss, round(right)) for loss, right in self.results.tolist()]

    def _replay_or_record(self) -> None:
        if self.taken < EAGER_STEPS:
            self.taken += 1
            self._step(self.rows)
            return
        if self.graph is None:
            self.graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self.graph):
                self._step(self.rows)
        self.graph.replay()

    def _step(self, rows: Tensor) -> None:
        """The members' steps, each in a stream of its own."""
        before = torch.cuda.current_stream()
        for number, stream in enumerate(self.streams):
            stream.wait_stream(before)
            with torch.cuda.stream(stream):
                self._step_of(number, rows[number])
        for stream in self.streams:
            before.wait_stream(stream)

    def _step_of(self, number: int, rows: Tensor) -> None:
        network, member = self.networks[number], self.training.members[number]
        loss, right = learn(
            self.training, network, self.images, self.labels, [rows], number, 0, self.generator
        )
        self.results[number, 0].copy_(loss)
        self.results[number, 1].copy_(right)
        move(member, [network], self.rate, self.decay)
