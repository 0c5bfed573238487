"""The recipe of a training: everything that decides what it does, in one frozen dataclass."""

from __future__ import annotations

import dataclasses
import math
import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import tomli_w

from tenfold.errors import UsageError
from tenfold.recipes.field_values import ANY_NUMBER, checked_value, nearest_hint


class PresetDefault(int):
    """A default from a preset or a file, unlike a number that the user typed or passed.

    PresetDefault epochs become more on few rows; given ones stay as they are. Both survive
    `dataclasses.replace`, which passes on what is not changed.
    """


MEMBERS_MAX = 80  # an exported graph holds no more: each has some 40 operators of 4,096


def _field(default: Any, text: str, limits: tuple[float, float] | None = None) -> Any:
    """A field with its help text and, for a number, the lowest and highest value allowed."""
    return dataclasses.field(default=default, metadata={"help": text, "limits": limits})


@dataclass(frozen=True)
class Recipe:
    """How a model is trained. Left as it is, it is the preset `fast`.

    Each field's help text is also that of the command line's option.
    """

    name: str = _field("fast", "the preset that this recipe began as")
    network: Literal["notebook", "stem", "unpadded", "vgg"] = _field(
        "unpadded", "architecture, as in training/networks/architectures.py"
    )
    channels: int = _field(
        32,
        "width of the network, from which all its layers follow; 'notebook' ignores it",
        (1, 256),
    )
    members: int = _field(
        1, "networks in the ensemble; their probabilities are averaged", (1, MEMBERS_MAX)
    )
    optimizer: Literal["rmsprop", "sgd", "muon"] = _field(
        "muon", "RMSprop, SGD with Nesterov momentum, or that with Muon for the filters"
    )
    schedule: Literal["plateau", "one-cycle"] = _field(
        "one-cycle", "halve on a plateau of validation accuracy, or warm up and then decrease"
    )
    learning_rate: float = _field(0.2, "the highest learning rate", (1e-8, 100.0))
    muon_learning_rate: float = _field(
        0.025, "the highest learning rate of the filters that Muon updates", (1e-8, 100.0)
    )
    momentum: float = _field(0.9, "momentum of SGD, or rho of RMSprop", (0.0, 0.9999))
    weight_decay: float = _field(
        5e-4, "L2 penalty of SGD on weights (not on biases and batch norm)", (0.0, 1.0)
    )
    final_rate: float = _field(
        0.1, "learning rate at the end of one-cycle, as a share of the highest", (0.0, 1.0)
    )
    average: float = _field(
        0.995, "decay per step of the running average of the weights; 0: no average", (0.0, 0.99999)
    )
    warm_up: float = _field(
        0.3, "share of all steps in which one-cycle rises to the highest rate", (0.0, 0.9)
    )
    patience: int = _field(
        3, "epochs without a better validation accuracy that make a plateau", (1, 10_000)
    )
    plateau_factor: float = _field(0.5, "factor of the learning rate after a plateau", (0.01, 1.0))
    learning_rate_min: float = _field(
        1e-5, "the lowest learning rate that plateaus lead to", (0.0, 100.0)
    )
    label_smoothing: float = _field(
        0.05, "share of each target that is spread over the ten classes", (0.0, 0.9)
    )
    batch_size: int = _field(256, "images per step", (1, 65536))
    epochs: int = _field(PresetDefault(14), "passes over the training rows", (1, 10_000))
    steps_min: int = _field(
        PresetDefault(500),
        "on few rows: more epochs, until there are this many steps; 0 where epochs are given",
        (0, 1_000_000),
    )
    validation: float = _field(
        0.1, "share of the rows kept out for validation, stratified; 0: none", (0.0, 0.9)
    )
    augment: bool = _field(True, "augment: rotate, zoom, shift and distort the training images")
    rotation: float = _field(12.0, "largest rotation, degrees, either way", (0.0, 180.0))
    zoom: float = _field(0.12, "largest zoom, as a share of the size, either way", (0.0, 0.9))
    shift: float = _field(0.08, "largest shift, as a share of the width, either way", (0.0, 0.5))
    elastic: float = _field(0.5, "standard deviation of the elastic distortion, pixels", (0.0, 4.0))
    thickness: float = _field(
        0.9, "largest change of the stroke width, pixels, either way", (0.0, 1.0)
    )
    pictures: float = _field(
        0.0, "share of the images distorted as pens, cameras and scanners do", (0.0, 1.0)
    )
    european: float = _field(
        0.0, "share of a batch replaced by drawn digits in European shapes", (0.0, 0.5)
    )
    non_digits: float = _field(
        0.0, "share of a batch replaced by tiles without a digit; 0: no is_digit output", (0.0, 0.5)
    )
    easy_skipped: float = _field(
        0.5, "share of the easier rows that an epoch leaves out at random", (0.0, 0.95)
    )
    clean_norms: bool = _field(
        True, "recompute batch norm's statistics at the end, on images without augmentation"
    )
    precision: Literal["auto", "bf16", "fp32"] = _field(
        "auto", "auto: bf16 where it is faster on this machine and agrees with fp32"
    )
    answered_accuracy: float = _field(
        0.999, "the reject threshold is set for this accuracy of the answers above it", (0.5, 1.0)
    )

    def __post_init__(self) -> None:
        if isinstance(self.steps_min, PresetDefault) and not isinstance(self.epochs, PresetDefault):
            object.__setattr__(self, "steps_min", 0)  # who says how many epochs means so many

    def replace(self, changes: Mapping[str, Any] | None = None, /, **fields: Any) -> Recipe:
        """A copy with some fields changed: recipe.replace(epochs=2, rotation=5), or a mapping.

        Raises UsageError on unknown names and wrong values; dataclasses.replace, which checks
        nothing, trains the same where both are right.
        """
        changes = {**(changes or {}), **fields}
        types = typing.get_type_hints(Recipe)
        checked = {}
        for key, value in changes.items():
            if key not in types:
                hint = nearest_hint(key, list(types), "the fields")
                raise UsageError(f"unknown recipe field '{key}'", hint=hint)
            checked[key] = checked_value(key, value, types[key], LIMITS.get(key, ANY_NUMBER))
        name = checked.get("name", self.name)
        if not re.fullmatch(r"\w[\w.-]{0,63}", name):  # it becomes part of a folder's name
            raise UsageError(
                f"a recipe cannot be called {name!r}", hint="use letters, digits, '-' and '_'"
            )
        if "steps_min" in checked:  # a pair that belongs together, as in a file
            for key in ("epochs", "steps_min"):
                checked[key] = PresetDefault(checked.get(key, getattr(self, key)))
        elif "epochs" in checked:  # a number of epochs that was asked for is not lengthened
            checked["steps_min"] = 0
        return dataclasses.replace(self, **checked)

    def lengthened(self, train_rows: int) -> Recipe:
        """A copy with as many epochs as `steps_min` asks for on `train_rows` rows."""
        steps_an_epoch = math.ceil(train_rows / self.batch_size)
        epochs = max(self.epochs, math.ceil(self.steps_min / max(1, steps_an_epoch)))
        epochs = min(epochs, round(LIMITS["epochs"][1]))
        return dataclasses.replace(self, epochs=PresetDefault(epochs))

    def to_toml(self) -> str:
        """The content of recipe.toml, with every field."""
        return tomli_w.dumps(dataclasses.asdict(self))


# the lowest and the highest value of each field that is a number
LIMITS: dict[str, tuple[float, float]] = {
    field.name: field.metadata["limits"]
    for field in dataclasses.fields(Recipe)
    if field.metadata["limits"]
}
