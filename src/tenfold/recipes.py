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


def _field(default: Any, text: str) -> Any:
    return dataclasses.field(default=default, metadata={"help": text})


@dataclass(frozen=True)
class Recipe:
    """Each field's help text is also the command line's."""

    name: str = _field("fast", "the preset that this recipe began as")
    network: Literal["notebook", "stem", "valid", "vgg"] = _field(
        "valid", "which network of training/network.py"
    )
    channels: int = _field(
        32, "width of the network, which all its layers follow; 'notebook' has its own"
    )
    members: int = _field(1, "networks trained side by side; their mean probability answers")
    optimizer: Literal["rmsprop", "sgd", "muon"] = _field(
        "muon", "RMSprop, SGD with Nesterov momentum, or that with Muon for the filters"
    )
    schedule: Literal["plateau", "one-cycle"] = _field(
        "one-cycle", "halve on a plateau of validation accuracy, or warm up and go to zero"
    )
    learning_rate: float = _field(0.2, "the highest learning rate")
    muon_learning_rate: float = _field(0.05, "the same for the filters that Muon steps")
    momentum: float = _field(0.9, "momentum of SGD, or rho of RMSprop")
    weight_decay: float = _field(5e-4, "L2 penalty of SGD on weights (not on biases and norms)")
    final_rate: float = _field(0.0, "share of the highest rate that one-cycle ends at")
    average: float = _field(
        0.0, "decay a step of the running average of the weights, which then answers; 0: none"
    )
    warm_up: float = _field(0.3, "share of all steps in which one-cycle rises to the highest rate")
    patience: int = _field(3, "epochs without a better validation accuracy that make a plateau")
    plateau_factor: float = _field(0.5, "what a plateau multiplies the learning rate by")
    learning_rate_min: float = _field(1e-5, "the lowest learning rate that plateaus lead to")
    label_smoothing: float = _field(0.1, "share of each target spread over the ten classes")
    batch_size: int = _field(256, "images a step")
    epochs: int = _field(8, "passes over the training rows")
    steps_min: int = _field(500, "few rows: more epochs, until there are this many steps")
    validation: float = _field(0.1, "share of the rows kept out, stratified; 0 trains on all")
    augment: bool = _field(True, "rotate, zoom and shift the images while training")
    rotation: float = _field(12.0, "largest rotation, degrees, either way")
    zoom: float = _field(0.12, "largest zoom, as a share of the size, either way")
    shift: float = _field(0.08, "largest shift, as a share of the width, either way")
    elastic: float = _field(0.0, "standard deviation of the elastic distortion, pixels")
    thickness: float = _field(0.0, "how far strokes are thickened or thinned, 0 to 1: one pixel")
    pictures: float = _field(0.0, "share of the images distorted as by pens, cameras, scanners")
    european: float = _field(0.0, "share of a batch that is drawn, in continental shapes above all")
    non_digits: float = _field(
        0.0, "share of a batch that shows no digit, for a model that can tell; 0: it cannot"
    )
    easy_skipped: float = _field(0.0, "share of the easier rows that an epoch leaves out at random")
    clean_norms: bool = _field(
        False, "find batch norm's statistics once more at the end, on images as they are"
    )
    precision: Literal["auto", "bf16", "fp32"] = _field(
        "auto", "auto takes bf16 where the processor has it and it agrees with fp32"
    )
    answered_accuracy: float = _field(
        0.999, "the reject threshold is set to be right this often on what is answered"
    )

    def replace(self, changes: Mapping[str, Any]) -> Recipe:
        """With some fields changed. Raises UsageError on unknown names and on wrong values."""
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
        if "epochs" in checked:  # who says how many means so many
            checked.setdefault("steps_min", 0)
        return dataclasses.replace(self, **checked)

    def lengthened(self, train_rows: int) -> Recipe:
        """With as many epochs as `steps_min` asks for on so many rows."""
        steps_an_epoch = math.ceil(train_rows / self.batch_size)
        epochs = max(self.epochs, math.ceil(self.steps_min / max(1, steps_an_epoch)))
        epochs = min(epochs, round(RANGES["epochs"][1]))
        return dataclasses.replace(self, epochs=epochs)

    def to_toml(self) -> str:
        return tomli_w.dumps(dataclasses.asdict(self))


FAST = Recipe(
    name="fast",
    muon_learning_rate=0.025,
    label_smoothing=0.05,
    epochs=14,
    easy_skipped=0.5,
    average=0.995,
    final_rate=0.1,
    elastic=0.5,
    thickness=0.9,
    clean_norms=True,
)

# what weights/rows is
ROWS = dataclasses.replace(FAST, name="rows", epochs=24, average=0.998, final_rate=0.05)

RECIPES: dict[str, Recipe] = {
    "notebook": Recipe(
        name="notebook",
        network="notebook",
        optimizer="rmsprop",
        schedule="plateau",
        learning_rate=1e-3,
        momentum=0.9,
        weight_decay=0.0,
        label_smoothing=0.0,
        batch_size=86,
        epochs=30,
        steps_min=0,
        augment=False,
        rotation=10.0,
        zoom=0.1,
        shift=0.1,
    ),
    "smoke": Recipe(name="smoke", channels=16, batch_size=64, epochs=1, steps_min=0),
    "fast": FAST,
    "strong": dataclasses.replace(ROWS, name="strong", channels=48, members=2),
    "gpu": Recipe(
        name="gpu",
        network="vgg",
        channels=64,
        muon_learning_rate=0.025,
        label_smoothing=0.05,
        batch_size=512,
        epochs=16,
        easy_skipped=0.5,
        average=0.998,
        final_rate=0.05,
        elastic=0.5,
    ),
    "rows": ROWS,
    "ink": Recipe(
        name="ink",
        network="stem",
        channels=38,
        muon_learning_rate=0.025,
        label_smoothing=0.05,
        pictures=0.6,
        non_digits=0.14,
        european=0.07,
        epochs=48,
        average=0.998,
        final_rate=0.05,
        elastic=0.7,
        answered_accuracy=0.996,
    ),
}

# What a model's recipe becomes where it is adapted to a few rows: few steps, and small ones.
ADAPTING: dict[str, Any] = {
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

NETWORK_FIELDS = ("network", "channels", "members", "non_digits")  # and whether it tells non-digits

# The ranges in which a field makes sense: (lowest, highest), both allowed.
RANGES: dict[str, tuple[float, float]] = {
    "channels": (1, 256),
    "members": (1, 100),
    "learning_rate": (1e-8, 100.0),
    "muon_learning_rate": (1e-8, 100.0),
    "steps_min": (0, 1_000_000),
    "warm_up": (0.0, 0.9),
    "final_rate": (0.0, 1.0),
    "average": (0.0, 0.99999),
    "patience": (1, 10_000),
    "plateau_factor": (0.01, 1.0),
    "learning_rate_min": (0.0, 100.0),
    "momentum": (0.0, 0.9999),
    "weight_decay": (0.0, 1.0),
    "label_smoothing": (0.0, 0.9),
    "batch_size": (1, 65536),
    "epochs": (1, 10_000),
    "validation": (0.0, 0.9),
    "rotation": (0.0, 180.0),
    "zoom": (0.0, 0.9),
    "shift": (0.0, 0.5),
    "elastic": (0.0, 4.0),
    "thickness": (0.0, 1.0),
    "easy_skipped": (0.0, 0.95),
    "pictures": (0.0, 1.0),
    "non_digits": (0.0, 0.5),
    "european": (0.0, 0.5),
    "answered_accuracy": (0.5, 1.0),
}


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


def adapting(saved: Mapping[str, Any]) -> Recipe:
    """The recipe by which a model is trained further that `saved`, of its model.json, describes.
    Fields that this version does not know are left out. Raises UsageError."""
    known = {field.name for field in dataclasses.fields(Recipe)}
    begun = Recipe().replace({key: value for key, value in saved.items() if key in known})
    return begun.replace(ADAPTING)


def refuse_other_network(recipe: Recipe, saved: Mapping[str, Any], model: str) -> None:
    """Raise UsageError for a recipe with another network than `saved`, the model's, has."""
    own = adapting(saved)
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
    if type(value) is not wanted:
        raise UsageError(
            f"{key} is {value!r}", hint=f"{key} takes a value of type {wanted.__name__}"
        )
    low, high = RANGES.get(key, (float("-inf"), float("inf")))
    if wanted in (int, float) and not low <= value <= high:
        raise UsageError(f"{key} is {value}", hint=f"{key} must lie in {low:g} to {high:g}")
    return value


Final = Literal["refit", "ensemble", "none"]


@dataclass(frozen=True)
class Folds:
    """`count` folds; `only` some of them, by number from 0 (empty: all); and what the run's own
    model is afterwards: one more training on all rows, the ensemble of the folds', or none."""

    count: int
    only: tuple[int, ...] = ()
    final: Final = "refit"

    def __post_init__(self) -> None:
        if wrong := [fold for fold in self.only if not 0 <= fold < self.count]:
            raise UsageError(
                f"there is no fold {wrong[0]} among {self.count}",
                hint=f"folds are numbered from 0 to {self.count - 1}",
            )
        if self.only and self.final == "ensemble":
            raise UsageError(
                "some folds alone make no ensemble of all", hint="leave out --only, or --final none"
            )

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(sorted(set(self.only))) or tuple(range(self.count))

    def recipe(self, recipe: Recipe) -> Recipe:
        """The recipe of each fold, which keeps the fold's share of the rows out."""
        if recipe.schedule == "plateau" and self.final == "refit":
            raise UsageError(
                "the plateau schedule needs validation rows, and a refit on all rows has none",
                hint="use --final ensemble or --final none, or --schedule one-cycle",
            )
        return recipe.replace({"validation": 1 / self.count, "steps_min": recipe.steps_min})

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self) | {"only": list(self.only)}

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Folds:
        return cls(saved["count"], tuple(saved["only"]), saved["final"])
