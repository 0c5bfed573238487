"""Recipes: everything that decides what a training does, in one frozen dataclass.

A preset is an entry of `RECIPES`. Fields can be changed by name, and only by a name that exists.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
import tomllib
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import tomli_w

from tenfold.errors import DataError, UsageError


class Planned(int):
    """A number that a preset plans, unlike one that somebody gave.

    A preset's epochs become more on few rows; given ones are meant as they are. Both survive
    `dataclasses.replace`, which passes on what was not given.
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
    epochs: int = _field(Planned(14), "passes over the training rows", (1, 10_000))
    steps_min: int = _field(
        Planned(500),
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
        "auto", "auto: bf16 where the processor has it and it agrees with fp32"
    )
    answered_accuracy: float = _field(
        0.999, "the reject threshold is set for this accuracy of the answers above it", (0.5, 1.0)
    )

    def __post_init__(self) -> None:
        if isinstance(self.steps_min, Planned) and not isinstance(self.epochs, Planned):
            object.__setattr__(self, "steps_min", 0)  # who says how many epochs means so many

    def replace(self, changes: Mapping[str, Any] | None = None, /, **fields: Any) -> Recipe:
        """With some fields changed: recipe.replace(epochs=2, rotation=5), or a mapping of them.

        Raises UsageError on unknown names and on wrong values; dataclasses.replace, which checks
        nothing, trains the same where both are right.
        """
        changes = {**(changes or {}), **fields}
        types = typing.get_type_hints(Recipe)
        checked = {}
        for key, value in changes.items():
            if key not in types:
                raise UsageError(
                    f"unknown recipe field '{key}'", hint=_nearest(key, list(types), "the fields")
                )
            checked[key] = _checked(key, value, types[key])
        name = checked.get("name", self.name)
        if not re.fullmatch(r"\w[\w.-]{0,63}", name):  # it becomes part of a folder's name
            raise UsageError(
                f"a recipe cannot be called {name!r}", hint="use letters, digits, '-' and '_'"
            )
        return dataclasses.replace(self, **checked)

    def lengthened(self, train_rows: int) -> Recipe:
        """With as many epochs as `steps_min` asks for on so many rows."""
        steps_an_epoch = math.ceil(train_rows / self.batch_size)
        epochs = max(self.epochs, math.ceil(self.steps_min / max(1, steps_an_epoch)))
        epochs = min(epochs, round(LIMITS["epochs"][1]))
        return dataclasses.replace(self, epochs=Planned(epochs))

    def to_toml(self) -> str:
        return tomli_w.dumps(dataclasses.asdict(self))


FAST = Recipe()
# what the shipped model weights/mnist was trained by
MNIST = dataclasses.replace(FAST, name="mnist", epochs=Planned(24), average=0.998, final_rate=0.05)

RECIPES: dict[str, Recipe] = {
    "notebook": Recipe(
        name="notebook",
        network="notebook",
        optimizer="rmsprop",
        schedule="plateau",
        learning_rate=1e-3,
        momentum=0.9,
        weight_decay=0.0,
        average=0.0,
        label_smoothing=0.0,
        batch_size=86,
        epochs=30,
        steps_min=0,
        augment=False,
        rotation=10.0,
        zoom=0.1,
        shift=0.1,
        elastic=0.0,
        thickness=0.0,
        easy_skipped=0.0,
        clean_norms=False,
    ),
    "smoke": Recipe(
        name="smoke",
        channels=16,
        muon_learning_rate=0.05,
        final_rate=0.0,
        average=0.0,
        label_smoothing=0.1,
        batch_size=64,
        epochs=1,
        steps_min=0,
        elastic=0.0,
        thickness=0.0,
        easy_skipped=0.0,
        clean_norms=False,
    ),
    "fast": FAST,
    "strong": dataclasses.replace(MNIST, name="strong", channels=48, members=2),
    "gpu": Recipe(
        name="gpu",
        network="vgg",
        channels=64,
        batch_size=512,
        epochs=Planned(16),
        average=0.998,
        final_rate=0.05,
        thickness=0.0,
        clean_norms=False,
    ),
    "mnist": MNIST,
    # what the shipped model weights/pictures was trained by
    "pictures": Recipe(
        name="pictures",
        network="stem",
        channels=38,
        pictures=0.6,
        non_digits=0.14,
        european=0.07,
        epochs=Planned(48),
        average=0.998,
        final_rate=0.05,
        elastic=0.7,
        thickness=0.0,
        easy_skipped=0.0,
        clean_norms=False,
        answered_accuracy=0.996,
    ),
}

# Changes to a model's recipe for fine-tuning on a few rows: few steps, and small ones.
FINE_TUNING: dict[str, Any] = {
    "name": "adapted",
    "optimizer": "sgd",
    "schedule": "one-cycle",
    "learning_rate": 0.01,
    "weight_decay": 0.0,
    "warm_up": 0.1,
    "final_rate": 0.0,
    "average": 0.0,
    "easy_skipped": 0.0,
    "clean_norms": False,
    "batch_size": 32,
    "epochs": 2,
    "steps_min": 40,
}

# the lowest and the highest value of each number
LIMITS: dict[str, tuple[float, float]] = {
    field.name: field.metadata["limits"]
    for field in dataclasses.fields(Recipe)
    if field.metadata["limits"]
}

NETWORK_FIELDS = ("network", "channels", "members", "non_digits")  # and whether it tells non-digits


def find_recipe(name_or_file: str) -> Recipe:
    """A preset by name, or a TOML file: fields, and optionally `recipe = "preset"` to begin from.

    Raises UsageError for a name or a field that does not exist, DataError for a broken file.
    """
    if not name_or_file.endswith(".toml"):
        return _preset(name_or_file)
    try:
        fields = tomllib.loads(Path(name_or_file).read_text(encoding="utf-8"))
    except OSError as problem:
        raise DataError(
            f"{name_or_file}: {problem.strerror}", hint="give the path of a recipe in TOML"
        ) from problem
    except (ValueError, RecursionError) as problem:  # TOML, UTF-8, an integer of 5,000 digits
        raise DataError(
            f"{name_or_file}: not valid TOML: {problem}", hint="one field a line: batch_size = 256"
        ) from problem
    if "recipe" in fields:
        fields.setdefault("name", Path(name_or_file).stem)
        return _preset(str(fields.pop("recipe"))).replace(fields)
    return RECIPES.get(str(fields.get("name")), RECIPES["fast"]).replace(fields)


def fine_tuning_recipe(saved: Mapping[str, Any]) -> Recipe:
    """The recipe for fine-tuning a model whose own recipe, in its model.json, is `saved`.

    Fields that this version does not know are left out. Raises UsageError.
    """
    known = {field.name for field in dataclasses.fields(Recipe)}
    recipe = Recipe().replace({key: value for key, value in saved.items() if key in known})
    return recipe.replace(FINE_TUNING)


def refuse_other_network(recipe: Recipe, saved: Mapping[str, Any], model: str) -> None:
    """Raise UsageError for a recipe with another network than `saved`, the model's, has."""
    own = fine_tuning_recipe(saved)
    for field in NETWORK_FIELDS:
        wanted, has = getattr(recipe, field), getattr(own, field)
        if wanted != has:
            option = f"--{field.replace('_', '-')}"
            raise UsageError(
                f"{model} has a network with {option} {has}, not {wanted}",
                hint=f"leave out {option}, or train anew, without --from",
            )


def _preset(name: str) -> Recipe:
    if name not in RECIPES:
        raise UsageError(
            f"unknown recipe '{name}'",
            hint=_nearest(name, list(RECIPES), "the recipes (or a .toml file)"),
        )
    return RECIPES[name]


def _nearest(word: str, known: Iterable[str], what: str) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    listed = f"{what}: {', '.join(known)}"
    return f"did you mean '{close[0]}'? {listed}" if close else listed


def _checked(key: str, value: Any, wanted: Any) -> Any:
    """`value` as the type that the field has, or a UsageError that says what is allowed."""
    if typing.get_origin(wanted) is Literal:
        allowed = typing.get_args(wanted)
        if value not in allowed:
            raise UsageError(
                f"{key} is '{value}'", hint=_nearest(str(value), allowed, f"{key} may be")
            )
        return value
    if wanted is float and type(value) is int and abs(value) < 2**53:
        value = float(value)
    if wanted is int and isinstance(value, Planned):
        value = int(value)
    if type(value) is not wanted:
        raise UsageError(
            f"{key} is {value!r}", hint=f"{key} takes a value of type {wanted.__name__}"
        )
    low, high = LIMITS.get(key, (float("-inf"), float("inf")))
    if wanted in (int, float) and not low <= value <= high:
        raise UsageError(f"{key} is {value}", hint=f"{key} must lie in {low:g} to {high:g}")
    return value
