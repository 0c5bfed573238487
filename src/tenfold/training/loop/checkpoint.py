"""A training's state on disk: enough to go on bit for bit, in one file, without pickle.

`state.npz` holds each member's network and optimiser as plain arrays, and one JSON text with the
position. Randomness needs no state: each step's seed follows from (seed, epoch, batch).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from tenfold.errors import DataError
from tenfold.files import write_whole
from tenfold.files.json_shapes import COUNT, Number, fault
from tenfold.files.saved_files import DAMAGED, in_one_line, read_arrays
from tenfold.run_folder import EPOCH_FIELDS
from tenfold.training.loop.optimizer import Optimizer

VERSION = 4
ABOUT = {
    "position": {
        **dict.fromkeys(("epoch", "batch", "seen", "correct"), COUNT),
        "seconds": Number(0),
        "loss_sum": Number(),
        "epochs": [dict],
    },
    "sha256": str,
}

Array = np.ndarray[Any, Any]


@dataclass
class Position:
    """The position of a training. Sums are over the images seen so far in this epoch."""

    epoch: int = 0
    batch: int = 0
    seconds: float = 0.0  # spent in this epoch
    seen: int = 0
    loss_sum: float = 0.0
    correct: int = 0
    epochs: list[dict[str, float]] = field(default_factory=list)  # finished ones, as epochs.csv

    def __post_init__(self) -> None:
        counts = (self.epoch, self.batch, self.seen, self.correct)
        if any(type(count) is not int or count < 0 for count in counts):
            raise TypeError(f"a position of {counts}")
        if any(set(epoch) != set(EPOCH_FIELDS) for epoch in self.epochs):
            raise KeyError("epochs with other fields")

    @property
    def has_steps(self) -> bool:
        return self.epoch > 0 or self.batch > 0


@dataclass
class Member:
    """One network of an ensemble, or the only one, with its optimiser.

    `average` is the running average of the network, where the recipe has one. `order` int64 holds
    the rows of the current epoch as it sees them, `losses` float32 [rows] the loss that each row
    had when it was last seen.
    """

    network: nn.Sequential
    optimizer: Optimizer
    average: nn.Sequential | None = None
    order: torch.Tensor = field(default_factory=lambda: torch.empty(0, dtype=torch.int64))
    losses: torch.Tensor = field(default_factory=lambda: torch.empty(0))

    @property
    def measured_network(self) -> nn.Sequential:
        """The network that is measured and exported: the averaged one, where there is one."""
        return self.network if self.average is None else self.average


def save_state(path: Path, members: Sequence[Member], position: Position) -> None:
    """Write the state, whole or not at all."""
    arrays: dict[str, Array] = {}
    for number, member in enumerate(members):
        for role, network in _networks(member).items():
            for name, tensor in network.state_dict().items():
                arrays[f"{number}/{role}/{name}"] = _array(tensor)
        arrays[f"{number}/rows/order"] = _array(member.order)
        arrays[f"{number}/rows/losses"] = _array(member.losses)
        for index, state in member.optimizer.state_dict()["state"].items():
            for key, value in state.items():
                if value is not None:
                    arrays[f"{number}/optimizer/{index}/{key}"] = _array(torch.as_tensor(value))
    place = asdict(position)
    about = {"version": VERSION, "position": place, "sha256": _sha256(place, arrays)}
    arrays["about"] = np.array(json.dumps(about))
    write_whole(path, lambda file: np.savez(file, **arrays))  # type: ignore[arg-type]


def load_state(path: Path, members: Sequence[Member]) -> Position:
    """Put a saved state into `members`. Raises DataError if it does not fit."""
    try:
        with path.open("rb") as file:
            saved = read_arrays(file)
        position = _position(json.loads(str(saved.pop("about"))), saved)
        arrays = {name: torch.from_numpy(array) for name, array in saved.items()}
        for number, member in enumerate(members):
            for role, network in _networks(member).items():
                network.load_state_dict(_under(f"{number}/{role}", arrays))
            device = next(member.network.parameters()).device
            member.order = arrays[f"{number}/rows/order"].to(device, torch.int64)
            member.losses = arrays[f"{number}/rows/losses"].to(device, torch.float32)
            states = _under(f"{number}/optimizer", arrays)
            _load_optimizer(member.optimizer, states, expected=position.has_steps)
    except DAMAGED as problem:
        raise DataError(
            f"{path}: not a checkpoint of this training: {in_one_line(problem)}",
            hint="start the run anew in another folder",
        ) from problem
    return position


def _position(about: Any, arrays: Mapping[str, Array]) -> Position:
    """The saved position, checked against its checksum. Raises ValueError."""
    version = about.get("version") if isinstance(about, dict) else None
    if version != VERSION:
        raise ValueError(f"version {version}, this tenfold reads {VERSION}")
    if problem := fault(about, ABOUT):
        raise ValueError(problem)
    if about["sha256"] != _sha256(about["position"], arrays):
        raise ValueError("has another checksum than was saved with it")
    return Position(**about["position"])


def _sha256(position: Mapping[str, Any], arrays: Mapping[str, Array]) -> str:
    """Checksum of everything that is saved, so that no damaged checkpoint is resumed from."""
    digest = hashlib.sha256(json.dumps(position, sort_keys=True).encode())
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _networks(member: Member) -> dict[str, nn.Sequential]:
    average = {} if member.average is None else {"average": member.average}
    return {"network": member.network} | average


def _load_optimizer(
    optimizer: Optimizer, arrays: dict[str, torch.Tensor], *, expected: bool
) -> None:
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    state: dict[int, dict[str, Any]] = {}
    for name, tensor in arrays.items():
        index, _, key = name.partition("/")
        state.setdefault(int(index), {})[key] = tensor
        fits = tensor.ndim == 0 or tensor.shape == parameters[int(index)].shape
        if not fits:
            raise ValueError(f"optimiser state {name} has shape {list(tensor.shape)}")
    if expected and set(state) != set(range(len(parameters))):
        raise ValueError("optimiser state is missing")
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})


def _array(tensor: torch.Tensor) -> Array:
    array: Array = tensor.detach().cpu().contiguous().numpy()
    return array


def _under(prefix: str, arrays: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    start = prefix + "/"
    return {name.removeprefix(start): t for name, t in arrays.items() if name.startswith(start)}
