"""What is kept of an interrupted download, and which answers continue it."""

from __future__ import annotations

from pathlib import Path

import pytest
from urllib3 import HTTPResponse

from tenfold.sources.fetching.partial_download import PartialDownload

LINK = "https://a/train.zip"


def answer(status: int = 200, **headers: str) -> HTTPResponse:
    return HTTPResponse(b"", {k.replace("_", "-"): v for k, v in headers.items()}, status)


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A place whose download broke off after five of nine bytes."""
    partial = PartialDownload(tmp_path / "data", LINK)
    with partial.receive(answer(ETag='"1"', Content_Length="9")) as append:
        append(b"12345")
    partial.tidy()
    return tmp_path / "data"


def test_the_missing_bytes_are_requested_with_the_last_one_that_came(begun: Path) -> None:
    partial = PartialDownload(begun, LINK)
    assert partial.received_bytes == 5
    headers = partial.request_headers()
    assert headers["Range"] == "bytes=4-"
    assert headers["If-Range"] == '"1"'
    assert partial.size_bytes == 9


def test_the_rest_is_joined_to_what_came(begun: Path) -> None:
    partial = PartialDownload(begun, LINK)
    partial.request_headers()
    rest = answer(206, ETag='"1"', Content_Range="bytes 4-8/9")
    assert partial.is_continued_by(rest)
    with partial.receive(rest) as append:
        append(b"56789")
    assert partial.body.read_bytes() == b"123456789"


@pytest.mark.parametrize(
    ("status", "etag", "content_range"),
    [
        (200, '"1"', "bytes 4-8/9"),
        (206, '"2"', "bytes 4-8/9"),
        (206, '"1"', "bytes 5-8/9"),
        (206, '"1"', "bytes 4-8/10"),
        (206, '"1"', "4-8/9"),
    ],
    ids=["the whole", "another file", "another place", "another size", "no range"],
)
def test_what_is_not_the_rest_of_the_same_file_does_not_continue_it(
    begun: Path, status: int, etag: str, content_range: str
) -> None:
    partial = PartialDownload(begun, LINK)
    partial.request_headers()
    other = answer(status, ETag=etag, Content_Range=content_range)
    assert not partial.is_continued_by(other)


def test_an_unknown_size_may_still_be_the_rest(begun: Path) -> None:
    partial = PartialDownload(begun, LINK)
    partial.request_headers()
    assert partial.is_continued_by(answer(206, Content_Range="bytes 4-8/*"))


def test_another_link_begins_anew(begun: Path) -> None:
    partial = PartialDownload(begun, "https://b/train.zip")
    assert partial.received_bytes == 0
    assert "Range" not in partial.request_headers()


@pytest.mark.parametrize("state", ["", "[]", '{"format_version": 1}', '{"validator": 3}'])
def test_a_damaged_state_begins_anew(begun: Path, state: str) -> None:
    folder = PartialDownload(begun, LINK).folder
    (folder / "state.json").write_text(state)
    assert PartialDownload(begun, LINK).received_bytes == 0


@pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"1"'}], ids=["none", "a weak ETag"])
def test_without_a_validator_nothing_is_kept(tmp_path: Path, headers: dict[str, str]) -> None:
    partial = PartialDownload(tmp_path / "data", LINK)
    with partial.receive(answer(**headers)) as append:
        append(b"123")
    partial.tidy()
    assert not partial.folder.exists()


def test_the_state_holds_neither_link_nor_query(begun: Path) -> None:
    state = (PartialDownload(begun, LINK).folder / "state.json").read_text()
    assert "https" not in state
    assert "train" not in state


def test_a_failed_download_leaves_no_folders_on_the_way(tmp_path: Path) -> None:
    place = tmp_path / "a" / "b" / "data"
    partial = PartialDownload(place, LINK)
    assert partial.folder.parent == tmp_path
    partial.tidy()
    assert list(tmp_path.iterdir()) == []
