from __future__ import annotations

from typing import Any, Literal

import pytest

from tenfold.errors import UsageError
from tenfold.recipes.field_values import checked_value, nearest_hint


def test_a_whole_number_becomes_a_float_where_the_field_has_one() -> None:
    assert repr(checked_value("rotation", 5, float)) == "5.0"


@pytest.mark.parametrize(
    ("value", "field_type", "said"),
    [
        ("sdg", Literal["sgd", "muon"], "did you mean 'sgd'? field may be: sgd, muon"),
        (True, int, "field takes a value of type int"),
        (2**53, float, "field takes a value of type float"),
        (11, int, "field must lie in 0 to 10"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_allowed(
    value: object, field_type: Any, said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        checked_value("field", value, field_type, (0, 10))
    assert caught.value.hint == said


def test_a_word_that_resembles_none_gets_the_list_alone() -> None:
    assert nearest_hint("zzz", ["fast", "strong"], "the recipes") == "the recipes: fast, strong"
