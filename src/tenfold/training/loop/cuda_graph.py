"""A whole optimiser step on a GPU as one CUDA graph, in place of `step.train_step`.

Kernels of networks this small last microseconds, and Python cannot launch them as fast as they end.
A captured step is launched at once, with the members of an ensemble beside one another in it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from tenfold.training.loop.state import TrainingState, derive_seed
from tenfold.training.loop.step import backward_shard, update

EAGER_STEPS = 3  # before capturing: in them the libraries choose and load their kernels


def can_capture(state: TrainingState) -> bool:
    """Whether every step is the same sequence of kernels, with nothing in it for the CPU to do."""
    recipe = state.recipe
    draws_tiles = recipe.pictures or recipe.non_digits or recipe.european
    steady = recipe.optimizer != "rmsprop" and state.teacher is None
    return state.hardware.device.type == "cuda" and steady and not draws_tiles


class CudaGraphStep:
    """An optimiser step of all members, captured once and then replayed.

    Random numbers come from the GPU's generator, seeded anew for each step. So a captured step
    draws the same numbers as an eager one, and a resumed training repeats them.
    """

    def __init__(
        self,
        state: TrainingState,
        networks: Sequence[nn.Sequential],
        images: Tensor,
        labels: Tensor,
    ) -> None:
        self.state, self.networks = state, networks
        self.images, self.labels = images, labels
        device, members = images.device, len(networks)
        self.generator = torch.cuda.default_generators[torch.cuda.current_device()]
        self.streams = [torch.cuda.Stream() for _ in range(members)]  # type: ignore[no-untyped-call]
        self.graph: torch.cuda.CUDAGraph | None = None
        self.eager_steps = 0
        # a replay reads and writes the memory that was captured
        self.rows = torch.zeros(members, state.recipe.batch_size, dtype=torch.int64).to(device)
        self.rate, self.decay = torch.zeros((), device=device), torch.zeros((), device=device)
        self.results = torch.zeros(members, 2, device=device)

    def __call__(self, batch: slice, rate: float, decay: float) -> list[tuple[float, int]]:
        """Take a step; return each member's mean loss and correct rows."""
        state, position = self.state, self.state.position
        seed = derive_seed(state.seed, position.epoch + 1, position.batch, 0)
        self.generator.manual_seed(seed)
        self.rate.fill_(rate)
        self.decay.fill_(decay)
        rows = torch.stack([member.order[batch] for member in state.members])
        if rows.shape != self.rows.shape:  # an epoch's last batch
            self._step(rows)
        else:
            self.rows.copy_(rows)
            self._replay_or_capture()
        return [(loss, round(correct)) for loss, correct in self.results.tolist()]

    def _replay_or_capture(self) -> None:
        if self.eager_steps < EAGER_STEPS:
            self.eager_steps += 1
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
                self._member_step(number, rows[number])
        for stream in self.streams:
            before.wait_stream(stream)

    def _member_step(self, number: int, rows: Tensor) -> None:
        network, member = self.networks[number], self.state.members[number]
        loss, correct = backward_shard(
            self.state, network, self.images, self.labels, [rows], number, 0, self.generator
        )
        self.results[number, 0].copy_(loss)
        self.results[number, 1].copy_(correct)
        update(member, [network], self.rate, self.decay)
