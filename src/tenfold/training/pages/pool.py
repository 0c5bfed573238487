"""Composed pages on disk: composing one takes longer than learning from it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tenfold.training.pages.page import Page, compose_page
from tenfold.training.strips.glyph_bank import GlyphBank

PAGES = 256  # of a file: 24 MB
Shard = Mapping[str, npt.NDArray[Any]]  # the fields of `Page`, each with an axis of pages


def shard_file(folder: Path, seed: int, number: int) -> Path:
    return folder / f"pages-{seed}-{number:04}.npz"


def compose_shard(file: Path, banks: list[GlyphBank], seed: int, number: int) -> None:
    """Compose PAGES pages and write them; they follow from seed and number alone."""
    rng = np.random.default_rng([seed, number])
    pages = [compose_page(rng, banks) for _ in range(PAGES)]
    fields = zip(Page._fields, zip(*pages, strict=True), strict=True)
    aside = file.with_suffix(".part.npz")
    stacked: dict[str, Any] = {name: np.stack(maps) for name, maps in fields}
    np.savez(aside, **stacked)
    aside.rename(file)


def read_shard(file: Path) -> Shard:
    with np.load(file, allow_pickle=False) as saved:
        return {name: saved[name] for name in Page._fields}
