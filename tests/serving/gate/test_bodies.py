"""Hostile and broken bodies: each gets the right refusal, and the server goes on."""

from __future__ import annotations

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from hostile import CASES, INFER, TILE, J, images, infer
from served import Server


@pytest.mark.parametrize(
    ("path", "kind", "body", "status"),
    CASES,
    ids=lambda value: None if isinstance(value, bytes) else str(value).partition(";")[0],
)
def test_what_is_wrong_is_refused(limited: Server, path: str, kind: str, body: bytes, status: int):
    answer = limited.post(path, body, kind)
    assert answer.status == status, answer.body[:300]
    assert set(answer.json) == {"error", "hint"}
    assert "Traceback" not in answer.body.decode()
    assert ".py" not in answer.body.decode()


@pytest.mark.parametrize("length", ["-1", "9999999999", "many", "1e3"])
def test_a_wrong_header_length_is_refused(limited: Server, length: str):
    answer = limited.post(INFER, infer(), J, Inference_Header_Content_Length=length)
    assert answer.status == 400


def test_a_compressed_body_is_refused_unread(limited: Server):
    answer = limited.post("/predict", images([TILE]), J, Content_Encoding="gzip")
    assert (answer.status, "compressed" in answer.json["error"]) == (415, True)


def test_an_announced_length_that_is_too_large_is_refused_unread(limited: Server):
    head = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
    assert b" 413 " in limited.raw(head + b"Content-Length: 999999999999\r\n\r\n")[:20]
