"""Two lanes: no number of costly pictures takes the places of drawings."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator

import pytest
from PIL import Image

pytest.importorskip("uvicorn", reason="the serve extra is not installed")
pytest.importorskip("cv2", reason="the photo extra is not installed")

import hostile_pictures
from conftest import paint
from served import png_of, three
from tenfold.errors import DataError
from tenfold.isolation import Bounds
from tenfold.serving import picture_pools
from tenfold.serving.gate.admission import DRAWING, PICTURE, Admission
from tenfold.serving.gate.limits import Limits
from tenfold.serving.gate.refusals import Refused
from tenfold.serving.picture_pools import PicturePools, is_small

ENDLESS = hostile_pictures.jpeg_of_scans(300, side=3000)  # some minutes
PASSING = hostile_pictures.jpeg_of_scans(600, side=720)  # for a drawing; it takes 0.4 s


def test_a_file_is_small_by_its_bytes_and_by_its_pixels():
    assert is_small(three())
    assert is_small(PASSING)
    assert not is_small(png_of(paint("3", 2000)))
    assert not is_small(png_of(hostile_pictures.noise(0.5, 720)))
    assert not is_small(b"no picture")


@pytest.fixture
def lanes() -> Iterator[PicturePools]:
    made = PicturePools(Admission(Limits(picture_seconds=600, answer_seconds=600)))
    yield made
    made.close()


def test_drawings_are_searched_while_all_places_for_others_are_taken(lanes: PicturePools):
    async def scenario() -> None:
        endless = [asyncio.create_task(lanes.find(ENDLESS, str(i))) for i in range(12)]
        await asyncio.sleep(0.5)
        assert lanes._admission._queues[PICTURE].length == 12
        for _ in range(5):
            assert (await lanes.find(three(), "three")).rows
        assert not any(task.done() for task in endless)
        for task in endless:
            task.cancel()
        lanes.close()
        await asyncio.gather(*endless, return_exceptions=True)

    asyncio.run(scenario())


def test_pictures_that_nobody_waits_for_any_more_leave_their_places(lanes: PicturePools):
    async def scenario() -> None:
        endless = [asyncio.create_task(lanes.find(ENDLESS, str(i))) for i in range(12)]
        await asyncio.sleep(0.5)
        for task in endless:
            task.cancel()
        await asyncio.gather(*endless, return_exceptions=True)
        assert (await lanes.find(png_of(paint("3", 1200)), "three")).rows

    asyncio.run(scenario())


def test_what_passes_for_a_drawing_and_is_costly_goes_on_in_the_other_lane(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(picture_pools, "DRAWING_BOUNDS", Bounds(processor_seconds=0.05))
    lanes = PicturePools(Admission(Limits()))
    found = asyncio.run(lanes.find(PASSING, "scans"))
    assert (found.width, found.height) == (720, 720)
    queues = lanes._admission._queues
    assert queues[DRAWING].service_times._measured
    assert queues[PICTURE].service_times._measured
    lanes.close()


def test_over_the_bounds_of_the_other_lane_too_it_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(picture_pools, "DRAWING_BOUNDS", Bounds(processor_seconds=0.05))
    lanes = PicturePools(Admission(Limits(picture_seconds=0.1)))
    with pytest.raises(DataError, match=r"^scans: takes more than 0\.[14] s"):
        asyncio.run(lanes.find(PASSING, "scans"))
    lanes.close()


def test_after_the_end_all_is_refused(lanes: PicturePools):
    lanes.close()
    with pytest.raises((Refused, RuntimeError)):
        asyncio.run(lanes.find(three(), "three"))


def test_a_file_of_several_pages_is_no_drawing() -> None:
    file = io.BytesIO()
    pages = [Image.new("L", (20, 20), level) for level in (0, 255)]
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    assert not is_small(file.getvalue())
    single = io.BytesIO()
    pages[0].save(single, "TIFF")
    assert is_small(single.getvalue())
