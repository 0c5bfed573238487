"""Rules that say from the shape and the place of a component what it is."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.reading.find.ink_part import (
    InkPart,
    digit_height_of,
    fits_digits,
    is_background,
    is_frame,
    is_main,
    is_paper_edge,
    is_ruling_rest,
    touches_edge,
)

WIDTH, HEIGHT = 400, 300


def part(left: int, top: int, width: int, height: int, area: int | None = None) -> InkPart:
    area = width * height // 3 if area is None else area
    return InkPart(1, left, top, left + width, top + height, area)


DIGIT = part(100, 100, 20, 40)


def test_a_box_knows_its_sides() -> None:
    assert (DIGIT.width, DIGIT.height, DIGIT.extent, DIGIT.middle) == (20, 40, 40, 110)


@pytest.mark.parametrize(
    ("at", "touching"),
    [(DIGIT, False), (part(0, 9, 9, 9), True), (part(391, 9, 9, 9), True),
     (part(9, 291, 9, 9), True)],
)  # fmt: skip
def test_what_touches_the_edge(at: InkPart, touching: bool) -> None:
    assert touches_edge(at, WIDTH, HEIGHT) == touching


def test_thin_straight_pieces_are_left_of_ruling() -> None:
    assert is_ruling_rest(part(100, 100, 60, 3), WIDTH, HEIGHT)
    assert is_ruling_rest(part(0, 100, 60, 9), WIDTH, HEIGHT)
    assert not is_ruling_rest(part(100, 100, 60, 9), WIDTH, HEIGHT)
    assert not is_ruling_rest(DIGIT, WIDTH, HEIGHT)


def test_long_things_are_edges_of_paper() -> None:
    assert is_paper_edge(part(100, 100, 200, 20), WIDTH, HEIGHT)
    assert is_paper_edge(part(0, 10, 15, 200), WIDTH, HEIGHT)
    assert not is_paper_edge(part(100, 10, 15, 200), WIDTH, HEIGHT)
    assert not is_paper_edge(DIGIT, WIDTH, HEIGHT)


def test_a_thin_line_around_other_ink_is_a_frame() -> None:
    line = part(20, 20, 350, 250, area=4000)
    assert is_frame(line, [line, DIGIT], WIDTH, HEIGHT)
    assert not is_frame(line, [line], WIDTH, HEIGHT)
    filled = part(20, 20, 350, 250, area=60_000)
    assert not is_frame(filled, [filled, DIGIT], WIDTH, HEIGHT)
    assert not is_frame(line, [line, DIGIT], 90, 90)


def test_filled_or_far_too_large_ink_at_the_border_is_background() -> None:
    assert is_background(part(0, 0, 60, 40, area=2300), 40, 5)
    assert is_background(part(0, 0, 20, 90), 40, 5)
    assert is_background(part(0, 0, 20, 10), 40, 5)
    assert not is_background(part(0, 0, 20, 40), 40, 5)
    assert not is_background(part(0, 0, 20, 90), 40, 1)


def test_dust_does_not_change_the_height_of_digits() -> None:
    dust = [part(10 * i, 200, 3, 3) for i in range(1, 30)]
    assert digit_height_of([DIGIT, part(150, 100, 20, 38), *dust], WIDTH, HEIGHT) in (38, 40)


def test_what_touches_the_edge_of_a_large_picture_does_not_count() -> None:
    table = part(0, 0, 60, 120)
    assert digit_height_of([DIGIT, table], WIDTH, HEIGHT) == 40
    assert digit_height_of([DIGIT, table], 90, 300) == 120


def test_lines_and_giants_do_not_fit_digits() -> None:
    assert fits_digits(DIGIT, 40)
    assert not fits_digits(part(9, 9, 20, 90), 40)
    assert not fits_digits(part(9, 9, 120, 10), 40)


def test_a_flag_is_no_digit_by_itself() -> None:
    assert is_main(part(9, 9, 9, 16), 40)
    assert not is_main(part(9, 9, 9, 15), 40)
