"""Strips of a picture from where a locator says that digits stand."""

import numpy as np
import pytest

pytest.importorskip("cv2")

from fake_locator import knowing
from tenfold.errors import UsageError
from tenfold.reading.locate.locate import find_strips


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


@pytest.mark.parametrize(("quarters", "turn"), [(1, "270"), (2, "180"), (3, "90")])
def test_a_turned_page_is_read_upright_and_said_to_be(quarters, turn):
    upright = page()
    upright[85:115, 100:300] = 30
    grey = np.ascontiguousarray(np.rot90(upright, -quarters))
    there = knowing(grey, [(20, 50, 90, 50, 30)], turn=quarters)  # something, said to be turned
    here = knowing(upright, [(100, 100, 300, 100, 30)])

    def locate(pages):
        found = here(pages)
        return found if found[:, 0].max() > 0 and upright_pages(pages, upright) else there(pages)

    found = find_strips(grey, locate)
    assert found.turn == int(turn)
    assert found.notes == (f"turned by {turn} degrees",)
    strip = found.strips[0]
    box = strip.box_in_picture(0, 5, strip.pixels.shape[1], 27)
    inked = np.argwhere(grey < 100)
    (top, left), (bottom, right) = inked.min(axis=0), inked.max(axis=0)
    assert max(box[0] - left, box[1] - top, right - box[2], bottom - box[3]) <= 4


def upright_pages(pages, upright):
    from tenfold.reading.locate.pyramid import pyramid

    return any(np.array_equal(pages[0], page.pixels) for page in pyramid(upright))


def test_nothing_on_a_page_gives_no_strips():
    grey = page()
    assert find_strips(grey, knowing(grey, [])).strips == ()


def test_an_unknown_turn_is_refused():
    grey = page()
    with pytest.raises(UsageError, match="turn is '45'"):
        find_strips(grey, knowing(grey, []), turn="45")


def test_a_row_longer_than_a_strip_still_fits_its_contract():
    grey = page(60, 4000)
    strips = find_strips(grey, knowing(grey, [(20, 30, 3980, 30, 20)])).strips
    assert all(16 <= strip.pixels.shape[1] <= 2048 for strip in strips)
    covered = [strip.box_in_picture(0, 0, strip.pixels.shape[1], 32) for strip in strips]
    assert min(box[0] for box in covered) <= 20
    assert max(box[2] for box in covered) >= 3980
