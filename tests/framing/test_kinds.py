"""The kind of a picture is known from its first bytes."""

from __future__ import annotations

import pytest

from conftest import paint
from picture_files import encoded
from tenfold.errors import DataError
from tenfold.framing import open_picture
from tenfold.framing.kinds import KINDS_SERVED, kind_of


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (encoded(paint("3")), "PNG"),
        (encoded(paint("3"), "JPEG"), "JPEG"),
        (encoded(paint("3"), "WEBP"), "WEBP"),
        (encoded(paint("3"), "GIF"), "GIF"),
        (encoded(paint("3"), "BMP"), "BMP"),
        (encoded(paint("3"), "TIFF"), "TIFF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", None),
        (b"", None),
    ],
)
def test_the_first_bytes_say_what_a_picture_is(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize("kind", ["GIF", "BMP"])
def test_kinds_that_are_not_asked_for_are_refused_unopened(kind: str) -> None:
    with pytest.raises(DataError, match=rf"^a\.png: a {kind} picture, which is not opened here"):
        open_picture(encoded(paint("3"), kind), "a.png", KINDS_SERVED)
