"""Strips of a picture from where a locator says that digits stand."""

import numpy as np
import pytest

pytest.importorskip("cv2")

from fake_locator import knowing
from tenfold.reading.locate.locate import find_strips
from tenfold.reading.locate.pyramid import pyramid


def page(height=300, width=400, level=200):
    return np.full((height, width), level, np.uint8)


def test_a_row_becomes_a_strip_with_its_digits_22_pixels_high_at_row_16():
    grey = page()
    grey[80:124, 100:300] = 30  # "digits" 44 high, their middle at 101.5
    strips = find_strips(grey, knowing(grey, [(100, 101.5, 300, 101.5, 44)])).strips
    assert len(strips) == 1
    pixels = strips[0].pixels
    assert pixels.shape[0] == 32
    inked = np.flatnonzero(pixels[:, pixels.shape[1] // 2] > 128)
    assert (inked[0], inked[-1]) == pytest.approx((5, 26), abs=1)
    assert strips[0].digit_height == pytest.approx(44, rel=0.05)


def test_places_in_a_strip_map_back_to_the_picture():
    grey = page()
    grey[80:124, 100:300] = 30
    strip = find_strips(grey, knowing(grey, [(100, 101.5, 300, 101.5, 44)])).strips[0]
    row = strip.pixels[16] > 128
    left, right = np.flatnonzero(row)[[0, -1]]
    box = strip.box_in_picture(left - 0.5, 5, right + 0.5, 27)
    assert box == pytest.approx((100, 80, 300, 124), abs=4)


def test_bright_ink_is_bright_in_the_strip_too():
    grey = page(level=20)
    grey[80:124, 100:300] = 240
    strip = find_strips(grey, knowing(grey, [(100, 102, 300, 102, 44)], bright=True)).strips[0]
    assert strip.pixels[16, strip.pixels.shape[1] // 2] == 255
    assert strip.pixels[1].max() < 40


def test_rows_come_from_top_to_bottom_and_a_wide_gap_parts_strips():
    grey = page()
    lines = [(40, 200, 140, 200, 30), (40, 80, 140, 80, 30), (240, 82, 340, 82, 30)]
    strips = find_strips(grey, knowing(grey, lines)).strips
    assert [strip.row for strip in strips] == [0, 0, 1]
    lefts = [strip.box_in_picture(0, 0, 32, 32)[0] for strip in strips]
    assert lefts[0] < 60 < 200 < lefts[1]


def test_a_narrow_gap_parts_nothing():
    grey = page()
    lines = [(40, 80, 140, 80, 30), (165, 80, 240, 80, 30)]
    assert len(find_strips(grey, knowing(grey, lines)).strips) == 1


def test_a_rising_row_is_cut_level():
    grey = page(400, 600)
    for x in range(100, 500):
        middle = 250 - 0.15 * (x - 100)
        grey[int(middle - 15) : int(middle + 15), x] = 20
    strip = find_strips(grey, knowing(grey, [(100, 250, 500, 190, 30)])).strips[0]
    middles = [
        np.flatnonzero(strip.pixels[:, x] > 128).mean()
        for x in range(30, strip.pixels.shape[1] - 30, 20)
    ]
    assert middles == pytest.approx([16] * len(middles), abs=1.5)


LINE = (100, 100, 300, 100, 30)


def a_row():
    upright = page()
    upright[85:115, 100:300] = 30
    return upright


def in_all_four(upright):
    """A locator that knows the one row of a page, 400 x 300, however it is turned: where the row
    lies along the page, and, where it does not, that the page lies on its side."""
    lines = {0: [LINE], 1: [(180, 80, 220, 80, 30)], 2: [(100, 200, 300, 200, 30)]}
    lines[3] = [(80, 300, 120, 300, 30)]
    pages = [np.ascontiguousarray(np.rot90(upright, -quarters)) for quarters in range(4)]
    knows = [knowing(p, lines[quarters], turn=quarters) for quarters, p in enumerate(pages)]
    shown = [[page.pixels for page in pyramid(p)] for p in pages]

    def locate(asked):
        for known, own in zip(knows, shown, strict=True):
            if any(np.array_equal(asked[0], pixels) for pixels in own):
                return known(asked)
        raise AssertionError("a page that is none of the four")

    return pages, locate


@pytest.mark.parametrize(("quarters", "turn"), [(0, 0), (1, 270), (2, 180), (3, 90)])
def test_a_turned_page_is_found_upright(quarters, turn):
    pages, locate = in_all_four(a_row())

    asked_after = 90 if quarters % 2 else 0  # a turn, by which only the rows lie along the page
    odds = 9.0 if asked_after == turn else -9.0
    found = find_strips(pages[quarters], locate, upright_odds=lambda strips, by_sign: odds)
    assert found.turn == turn
    assert (found.width, found.height) == (400, 300)
    box = found.strips[0].box_in_picture(0, 5, found.strips[0].pixels.shape[1], 27)
    assert box[1] == pytest.approx(85, abs=4)
    assert box[3] == pytest.approx(115, abs=4)


@pytest.mark.parametrize("odds", [9.0, 0.0, -1.0])
def test_a_page_that_lies_flat_is_turned_only_where_it_is_clearly_upside_down(odds):
    grey = page()
    grey[85:115, 100:300] = 30
    locate = knowing(grey, [(100, 100, 300, 100, 30)])
    assert find_strips(grey, locate, upright_odds=lambda strips, by_sign: odds).turn == 0


def test_a_turn_that_is_asked_for_is_not_doubted():
    pages, locate = in_all_four(a_row())
    for quarters, turn in ((0, 0), (2, 180), (3, 90)):
        found = find_strips(
            pages[quarters], locate, turn=turn, upright_odds=lambda strips, by_sign: -99.0
        )
        assert found.turn == turn
        assert len(found.strips) == 1


def test_nothing_on_a_page_gives_no_strips():
    grey = page()
    assert find_strips(grey, knowing(grey, [])).strips == ()


def test_a_row_longer_than_a_strip_still_fits_its_contract():
    grey = page(60, 4000)
    strips = find_strips(grey, knowing(grey, [(20, 30, 3980, 30, 20)])).strips
    assert all(16 <= strip.pixels.shape[1] <= 2048 for strip in strips)
    covered = [strip.box_in_picture(0, 0, strip.pixels.shape[1], 32) for strip in strips]
    assert min(box[0] for box in covered) <= 20
    assert max(box[2] for box in covered) >= 3980
