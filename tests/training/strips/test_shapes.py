from __future__ import annotations

from tenfold.training.strips.shapes import DIGITS, figure


def test_a_figure_is_written_as_text() -> None:
    assert figure("50,0 45,60 | 0,100 104,-8") == [
        (0.5, 0.0),
        (0.45, 0.6),
        None,
        (0.0, 1.0),
        (1.04, -0.08),
    ]


def test_each_digit_has_several_shapes_that_reach_from_top_to_foot() -> None:
    assert sorted(DIGITS) == list(range(10))
    for shapes in DIGITS.values():
        assert len(shapes) >= 8
        for shape in shapes:
            rows = [corner[1] for corner in shape if corner is not None]
            assert min(rows) <= 0.1
            assert max(rows) >= 0.7
