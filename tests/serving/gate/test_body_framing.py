"""The framing of a chunked body: how much of it is allowed beside the content."""

from __future__ import annotations

from tenfold.serving.gate.body_framing import BodyFraming

HEADER_BYTES_MAX = 100


def test_framing_may_be_as_large_as_a_head_and_a_sixteenth_of_the_content():
    framing = BodyFraming(HEADER_BYTES_MAX)
    framing.add(1600 + 200, 1600)
    assert not framing.excessive
    framing.add(1, 0)
    assert framing.excessive


def test_each_body_is_counted_anew():
    framing = BodyFraming(HEADER_BYTES_MAX)
    framing.add(HEADER_BYTES_MAX + 1, 0)
    assert framing.excessive
    framing.reset()
    assert not framing.excessive
