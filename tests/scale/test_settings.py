from __future__ import annotations

from typing import Any

import pytest

from tenfold.errors import UsageError
from tenfold.scale.settings import Settings


def test_the_columns_of_the_output_in_their_order() -> None:
    assert Settings().columns(several_inputs=False) == ("id", "label", "probability", "reason")
    columns = Settings(probabilities=True, keep=("name",)).columns(several_inputs=True)
    assert columns[4:7] == ("file", "p0", "p1")
    assert columns[-1] == "name"


def test_a_kept_column_gets_another_name_where_the_output_has_its_own() -> None:
    settings = Settings(keep=("label", "file"))
    assert settings.columns(several_inputs=False)[-2:] == ("source_label", "file")
    assert settings.columns(several_inputs=True)[-2:] == ("source_label", "source_file")


def test_a_column_kept_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="--keep names a column twice"):
        Settings(keep=("a", "a")).columns(several_inputs=False)


@pytest.mark.parametrize(
    "given",
    [{"keep": ("a",)}, {"id": "a"}, {"probabilities": True}, {"label": "first"}, {"header": True}],
    ids=lambda given: next(iter(given)),
)
def test_pictures_have_no_options_of_tables(given: dict[str, Any]) -> None:
    assert Settings(pictures=True).columns(several_inputs=False)[0] == "file"
    with pytest.raises(UsageError, match=f"--{next(iter(given))}: is for tables of digits"):
        Settings(pictures=True, **given).columns(several_inputs=False)


def test_settings_are_the_same_after_json() -> None:
    settings = Settings(format="parquet", keep=("a", "b"), id="c", header=True, rows=9)
    assert Settings.from_json(settings.to_json()) == settings
    assert (settings.wanted.id, settings.wanted.keep) == ("c", ("a", "b"))
