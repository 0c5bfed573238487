"""Each form of input has a class with cuts and a reader."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cut_inputs import cut, only, read
from scored import write_table
from tenfold.scale.inputs import InputFile, form_of
from tenfold.scale.inputs.forms import FORMS


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_file_is_read_by_the_form_that_it_names(name: str) -> None:
    assert form_of(InputFile(name="x", form=name)) is FORMS[name]


@pytest.mark.parametrize("ending", ["csv", "npy"])
def test_cuts_have_every_row_once_in_order(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"t.{ending}"
    if ending == "csv":
        write_table(path, 50)
    else:
        np.save(path, np.arange(50, dtype=np.uint8)[:, None] * np.ones(784, np.uint8))
    file = only(path)
    cuts, digest = cut(file, 20)
    assert len(cuts) == 3
    assert read(file, cuts).rows == list(range(1, 51))
    assert (cuts, digest) == cut(file, 20)
