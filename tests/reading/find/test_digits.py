"""Which ink belongs to which digit, without a model. Needs the photo extra."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.framing import picture_of_image
from tenfold.reading.detections import Detections
from tenfold.reading.find import find_digits


def blank(width: int = 500, height: int = 200) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("L", (width, height), 240)
    return picture, ImageDraw.Draw(picture)


def ring(draw: ImageDraw.ImageDraw, left: int, top: int = 60, height: int = 80) -> None:
    draw.ellipse((left, top, left + height * 0.6, top + height), outline=30, width=7)


def found(picture: Image.Image) -> Detections:
    return find_digits(picture_of_image(picture))


def clusters(result: Detections) -> list[int]:
    return [len(row) for row in result.rows]


def test_each_digit_is_a_cluster_and_rows_are_in_reading_order() -> None:
    picture, draw = blank(height=400)
    for left in (300, 60, 180):
        ring(draw, left)
    ring(draw, 60, top=240)
    result = found(picture)
    assert clusters(result) == [3, 1]
    lefts = [cluster.spans[0].box[0] for cluster in result.rows[0]]
    assert lefts == sorted(lefts)


def test_boxes_are_in_pixels_of_the_whole_picture() -> None:
    picture, draw = blank(4000, 3000)
    draw.ellipse((1000, 900, 1600, 1900), outline=30, width=60)
    box = found(picture).rows[0][0].spans[0].box
    assert np.abs(np.array(box) - (1000, 900, 1600, 1900)).max() <= 12


def test_dust_and_dots_are_no_digits() -> None:
    picture, draw = blank()
    ring(draw, 60)
    ring(draw, 300)
    draw.ellipse((160, 130, 168, 138), fill=30)  # a point between numbers
    draw.point([(420, 40), (430, 150), (20, 20)], fill=30)
    assert clusters(found(picture)) == [2]


def test_a_dash_is_no_digit() -> None:
    picture, draw = blank()
    ring(draw, 60)
    ring(draw, 300)
    draw.line((170, 100, 230, 100), fill=30, width=7)
    assert clusters(found(picture)) == [2]


def test_a_flag_may_belong_to_its_digit() -> None:
    picture, draw = blank()
    draw.arc((60, 80, 110, 140), 200, 500, fill=30, width=7)
    draw.line((75, 62, 110, 60), fill=30, width=7)  # the flag of a 5, lifted
    (cluster,) = found(picture).rows[0]
    tops = {span.box[1] for span in cluster.spans}
    assert any("joined" in span.notes for span in cluster.spans)
    assert min(tops) < 65  # with it
    assert max(tops) > 70  # and without


def test_halves_of_a_digit_may_be_joined() -> None:
    picture, draw = blank()
    ring(draw, 60, top=50, height=50)
    ring(draw, 60, top=106, height=50)
    for left in (160, 260):
        ring(draw, left, top=50, height=106)
    cluster = found(picture).rows[0][0]
    assert {(span.first, span.last) for span in cluster.spans} == {(0, 0), (1, 1), (0, 1)}


def test_a_wide_digit_keeps_its_bar() -> None:
    picture, draw = blank()
    draw.arc((60, 90, 140, 140), 200, 500, fill=30, width=7)  # wider than high: it may be cut
    draw.line((75, 72, 130, 70), fill=30, width=7)
    (cluster,) = found(picture).rows[0]
    whole = [span for span in cluster.spans if span.last - span.first + 1 == cluster.parts]
    assert {span.box[1] < 75 for span in whole} == {True, False}


def test_a_blot_is_not_cut() -> None:
    picture, draw = blank()
    draw.ellipse((60, 60, 150, 140), fill=30)
    ring(draw, 300)
    assert [cluster.parts for cluster in found(picture).rows[0]] == [1, 1]


def test_the_edge_of_a_sheet_is_no_digit() -> None:
    picture, draw = blank(400, 400)
    draw.line((40, 399, 44, 40, 350, 45, 356, 399), fill=120, width=3)
    ring(draw, 150, top=180)
    boxes = [cluster.spans[0].box for row in found(picture).rows for cluster in row]
    assert len(boxes) == 1
    assert boxes[0][3] - boxes[0][1] < 100


def test_digits_that_touch_may_be_cut() -> None:
    picture, draw = blank()
    for left in (60, 107, 154):
        ring(draw, left)
    (cluster,) = found(picture).rows[0]
    assert cluster.parts >= 3
    cuts = {span.box[2] for span in cluster.spans if span.first == 0}
    assert any(abs(right - 108) <= 8 for right in cuts)


def test_a_digit_in_pieces_may_be_one() -> None:
    picture, draw = blank(300, 300)
    for top in (60, 130, 200):
        draw.line((120, top, 125, top + 50), fill=30, width=7)
    whole = found(picture).whole
    assert whole is not None
    assert whole.box[3] - whole.box[1] > 170


def test_what_is_at_the_edge_of_a_photo_is_cut_off() -> None:
    picture, draw = blank()
    ring(draw, 60)
    ring(draw, 470)
    noisy = np.asarray(picture) + np.random.default_rng(0).normal(0, 3, (200, 500))
    result = found(Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)))
    notes = [span.notes for cluster in result.rows[0] for span in cluster.spans]
    assert "cut off by the picture's edge" not in notes[0]
    assert "cut off by the picture's edge" in notes[-1]


def test_a_page_of_text_is_too_much() -> None:
    picture, draw = blank(1600, 1400)
    for y in range(20, 1380, 24):
        draw.text(
            (20, y), "the quick brown fox and the lazy dog meet again " * 4, fill=20, font_size=16
        )
    assert found(picture).reason == "too_much_text"


def test_a_digit_cut_off_by_a_small_picture_is_no_edge_of_paper() -> None:
    picture, draw = blank(56, 56)
    draw.line([(16, 10), (38, 6)], fill=60, width=3)
    draw.line([(14, 18), (28, 20), (33, 32), (24, 46), (0, 48)], fill=60, width=3)
    (cluster,) = found(picture).rows[0]
    assert max(span.box[3] - span.box[1] for span in cluster.spans) > 35
