"""The file in a form, and its name, whatever the form says of either."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("starlette", reason="the serve extra is not installed")

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from tenfold.serving.gate.forms import NAME_LENGTH_MAX, clean_name, file_in_form
from tenfold.serving.gate.refusals import Refused

CHARSETS = ["utf-8", "latin-1", "unicode_escape", "raw_unicode_escape", "utf-7", "utf-16"]
CHARSETS += ["punycode", "idna", "zlib", "hex", "undefined", "no-such-codec", "\\x00", ""]

NAMES = [rb"\ud800.png", b"+2AA-.png", b"\xed\xa0\x80.png", b"\xff\xfe\x00\xd8", b"xn--a", b"a"]


def parsed(name: bytes, parameters: str = "; boundary=edge") -> tuple[bytes, str]:
    head = b'Content-Disposition: form-data; name="file"; filename="' + name + b'"\r\n\r\n'
    body = b"--edge\r\n" + head + b"three\r\n--edge--\r\n"
    headers = [(b"content-type", b"multipart/form-data" + parameters.encode())]
    content, shown, _ = asyncio.run(
        file_in_form(Request({"type": "http", "headers": headers}), body)
    )
    return content, shown


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("order", ["; charset={}; boundary=edge", "; boundary=edge; charset={}"])
def test_the_charset_of_a_form_changes_no_name(charset: str, order: str):
    for name in NAMES:
        content, shown = parsed(name, order.format(charset))
        assert (content, shown) == (b"three", parsed(name)[1])
        assert msgspec.json.decode(msgspec.json.encode(shown)) == shown


def test_names_come_as_browsers_send_them():
    assert parsed("drei é 三.png".encode())[1] == "drei é 三.png"


@given(
    st.text(alphabet=st.characters(), max_size=400) | st.text("\ud800\u202e\x1b\x00a", max_size=9)
)
def test_a_clean_name_can_be_shown_and_sent(name: str):
    shown = clean_name(name)
    assert shown.isprintable()
    assert len(shown) <= NAME_LENGTH_MAX
    assert shown.encode().decode() == shown
    if name.isprintable() and len(name) <= NAME_LENGTH_MAX:
        assert shown == name


@pytest.mark.parametrize("boundary", ["", "; boundary=", '; boundary="a\\"b"', "; boundary=é",
                                      "; boundary=" + "x" * 71, "; boundary=a%b"])  # fmt: skip
def test_a_broken_boundary_is_refused(boundary: str):
    with pytest.raises(Refused) as refused:
        parsed(b"three.png", boundary)
    assert refused.value.status == 400
