"""What each preset of a recipe is for, what it takes and what it reaches, as measured.

Figures are those of bench/records/, whose folder is named; seconds are the whole command on two
cores with bf16 (AVX512_BF16). A preset without a record claims nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from tenfold.recipes.presets import RECIPES


@dataclass(frozen=True)
class Preset:
    """What there is to know before choosing a recipe; `seconds` and `accuracy` None: not measured.

    accuracy is a share of `rows` rows of train.csv, each read by a model not trained on it.
    """

    purpose: str
    seconds: float | None = None
    accuracy: float | None = None
    rows: int | None = None
    record: str | None = None


PRESETS: dict[str, Preset] = {
    "fast": Preset(
        "the usual case: one small network", 29.7, 0.9957, 42_000, "2026-11-29_all-peers"
    ),
    "strong": Preset(
        "the highest accuracy: two networks, wider than that of fast, trained longer",
        138.0,
        0.9964,
        42_000,
        "2026-11-29_all-peers",
    ),
    "notebook": Preset("the Kaggle notebook that tenfold grew from"),
    "pictures": Preset(
        "pictures: images distorted as pens, cameras and scanners do, and some without a digit",
        None,
        0.9951,
        4_677,
        "2026-11-28_ink",
    ),
    "mnist": Preset(
        "the recipe of the shipped model mnist", None, 0.9963, 12_600, "2026-11-29_half-width"
    ),
    "gpu": Preset("a larger network, for an NVIDIA GPU, which is used where there is one"),
    "smoke": Preset("a test that everything runs; it reads badly"),
}


def listed() -> Iterator[dict[str, Any]]:
    """One JSON-ready object for each recipe: what is measured, and the fields that shape it."""
    for name, preset in PRESETS.items():
        recipe = RECIPES[name]
        yield {
            "recipe": name,
            **asdict(preset),
            "network": recipe.network,
            "members": recipe.members,
            "epochs": int(recipe.epochs),
            "batch_size": recipe.batch_size,
            "fields": asdict(recipe),
        }


def as_text() -> str:
    """A table for people."""
    lines = [f"{'recipe':9} {'epochs':>6} {'networks':>8}  {'takes':>6}  {'reaches':<18}  for"]
    for name, preset in PRESETS.items():
        recipe = RECIPES[name]
        takes = "" if preset.seconds is None else f"{preset.seconds:.0f} s"
        reached = "" if preset.accuracy is None else f"{preset.accuracy:.2%} of {preset.rows:,}"
        lines.append(
            f"{name:9} {recipe.epochs:>6} {recipe.members:>8}  {takes:>6}  {reached:<18}  "
            f"{preset.purpose}"
        )
    lines += [
        "",
        "takes: the whole command on Kaggle's train.csv, two cores with bf16. reaches: of rows",
        "that the model was not trained on (bench/records/). Every field can be changed:",
        "tenfold run DATA --recipe fast --epochs 20; all of them: tenfold recipes --json",
    ]
    return "\n".join(lines)
