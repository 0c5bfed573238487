"""Files of several pages or frames."""

from __future__ import annotations

import pytest
from PIL import GifImagePlugin, Image

from picture_files import encoded
from tenfold.errors import DataError
from tenfold.framing import open_picture
from tenfold.framing.pages import count_pages

FRAMES = [Image.new("L", (8, 8), level) for level in (0, 255, 9)]


PAGES = encoded(FRAMES[0], "TIFF", save_all=True, append_images=FRAMES[1:])


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("TIFF", "holds 3 pages"),
        ("GIF", r"a moving picture \(several frames\)"),
        ("PNG", r"a moving picture \(3 frames\)"),
        ("WEBP", r"a moving picture \(3 frames\)"),
    ],
)
def test_of_several_pages_none_is_read_alone(kind: str, said: str) -> None:
    content = encoded(FRAMES[0], kind, save_all=True, append_images=FRAMES[1:])
    with pytest.raises(DataError, match=f"^a: {said}") as caught:
        open_picture(content, "a")
    assert "magick FILE" in caught.value.hint


def test_each_page_of_a_tiff_can_be_opened() -> None:
    assert count_pages(PAGES, "a") == 3
    levels = [int(open_picture(PAGES, "a", page=page).grey.max()) for page in (1, 2, 3)]
    assert levels == [0, 255, 9]
    for page in (0, 4):
        with pytest.raises(DataError, match=f"^a: has no page {page}, but 3 pages"):
            open_picture(PAGES, "a", page=page)


def test_a_picture_of_another_kind_is_one_page() -> None:
    content = encoded(FRAMES[1])
    assert count_pages(content, "a") == 1
    assert open_picture(content, "a", page=1).width == 8
    with pytest.raises(DataError, match=r"^a: has no page 2, but 1 page"):
        open_picture(content, "a", page=2)


def test_a_smaller_copy_beside_the_page_is_no_page() -> None:
    small = Image.new("L", (4, 4), 7)
    small.encoderinfo = {"tiffinfo": {254: 1}}
    content = encoded(FRAMES[1], "TIFF", save_all=True, append_images=[small])
    opened = open_picture(content, "a.tif")
    assert (opened.grey.min(), opened.width) == (255, 8)
    assert opened.notes == ("1 smaller copies or masks in the file left out",)


def test_a_cameras_second_picture_is_noted() -> None:
    content = encoded(FRAMES[1], "MPO", save_all=True, append_images=FRAMES[2:])
    opened = open_picture(content, "a.jpg")
    assert opened.grey.min() == 255
    assert "the first of 2 pictures" in opened.notes[0]


def test_a_million_frames_are_not_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    still = encoded(Image.new("L", (4, 4), 9), "GIF")
    begin = still.index(b",")  # the image descriptor; the file ends in ';'
    content = still[:begin] + still[begin:-1] * 1_000_000 + b";"
    sought = []
    seek = GifImagePlugin.GifImageFile._seek

    def counted(image: GifImagePlugin.GifImageFile, frame: int, update: bool = True) -> None:
        sought.append(frame)
        seek(image, frame, update)

    monkeypatch.setattr(GifImagePlugin.GifImageFile, "_seek", counted)
    with pytest.raises(DataError, match="a moving picture"):
        open_picture(content, "a.gif")
    assert set(sought) == {0, 1}
