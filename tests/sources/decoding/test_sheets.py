from __future__ import annotations

import pytest

from tenfold.errors import DataError
from tenfold.sources.decoding.sheets import refuse_strip


@pytest.mark.parametrize("shape", [(28, 56), (280, 28)])
def test_a_strip_is_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(DataError, match=rf"a\.png: is a strip of {max(shape) // 28} tiles"):
        refuse_strip(shape, "a.png")


@pytest.mark.parametrize("shape", [(28, 28), (28, 60), (56, 56), (56, 84), (224, 224), (100, 28)])
def test_pictures_of_one_digit_may_have_any_other_size(shape: tuple[int, int]) -> None:
    refuse_strip(shape, "a.png")
