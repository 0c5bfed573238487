from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import os
import re
import socket
import subprocess
import sys
import tarfile
import threading
import traceback
import zipfile
from collections.abc import Callable, Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tenfold import files
from tenfold.errors import (
    DataError,
    FetchError,
    Interrupted,
    OutputError,
    TenfoldError,
    UsageError,
)
from tenfold.progress import Progress
from tenfold.sources.fetching.download import fetch, read_link
from tenfold.sources.fetching.http_answers import RetryPolicy

ROWS = b"label,pixel0\r\n7,0\r\n"
SECRET = "Signature=s3cr3t"
QUICK = RetryPolicy(retries=4, backoff_seconds=0, wait_seconds_max=0, timeout_seconds=10)
ONCE = RetryPolicy(retries=0, timeout_seconds=10)


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:  # stored, so that it has a size worth resuming
        for name, content in members.items():
            archive.writestr(f"{name}.csv", content)
    return packed.getvalue()


def tarred(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


BIG = zipped(train=os.urandom(100_000))


# A real server, whose answers the test chooses


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.close_connection = True
        self.server.requests.append((self.path, self.headers))
        answers = self.server.answers
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    def start(self, status: int, **headers: str | int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


Answer = Callable[[Handler], None]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer] = []
        self.requests: list[tuple[str, Message]] = []

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is what some tests are about."""

    def link(self, path: str = "/data/digits.zip", query: str = SECRET) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}?{query}"

    def answer(self, *answers: Answer) -> str:
        self.answers = list(answers)
        return self.link()

    @property
    def ranges(self) -> list[str | None]:
        """The Range of each request so far."""
        return [headers.get("Range") for _, headers in self.requests]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def says(status: int, body: bytes = b"", **headers: str | int) -> Answer:
    """One answer, whatever is asked."""

    def answer(handler: Handler) -> None:
        handler.start(status, Content_Length=len(body), **headers)
        handler.wfile.write(body)

    return answer


def gives(
    content: bytes, *, etag: str | None = '"1"', cut_after: int | None = None, **headers: str
) -> Answer:
    """A file, from a server that knows Range and If-Range; the connection may break off."""

    def answer(handler: Handler) -> None:
        start, status = 0, 200
        known = headers | ({"ETag": etag} if etag else {})
        wanted = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        if wanted and handler.headers.get("If-Range") in known.values():
            start, status = int(wanted[1]), 206
            known["Content_Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        handler.start(status, Content_Length=len(content) - start, **known)
        handler.wfile.write(content[start:] if cut_after is None else content[start:][:cut_after])

    return answer


def failure(kind: type[TenfoldError], url: str, to: Path, **options: Any) -> TenfoldError:
    """What fetch says, which must begin with the link and never show its query."""
    options = {"policy": QUICK} | options
    with pytest.raises(kind) as caught:
        fetch(url, str(to), **options)
    assert caught.value.message.startswith(url.partition("?")[0] + ": ")
    assert "s3cr3t" not in "".join(traceback.format_exception(caught.value))
    return caught.value


def left_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


class Recorded(Progress):
    """Keeps what is said, and how far the bar comes; `at` is called with the bytes so far."""

    def __init__(self, at: Callable[[int], None] = lambda done: None) -> None:
        super().__init__()
        self.said: list[str] = []
        self.bars: list[tuple[int, int]] = []
        self.at = at

    def say(self, text: str) -> None:
        self.said.append(text)

    @contextlib.contextmanager
    def bar(
        self, length: int, label: str, *, done: int = 0
    ) -> Iterator[Callable[[int, str], None]]:
        def advance(steps: int, detail: str) -> None:
            self.bars[-1] = (length, self.bars[-1][1] + steps)
            self.at(self.bars[-1][1])

        self.bars.append((length, done))
        yield advance


def test_importing_it_does_not_import_the_network() -> None:
    program = "import sys, tenfold.sources.fetching.download; sys.exit('urllib3' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


# What comes


def test_a_zip_is_unpacked(server: Server, tmp_path: Path) -> None:
    url = server.answer(gives(zipped(train=ROWS, test=b"1")))
    to = tmp_path / "new" / "digits"
    assert fetch(url, str(to)) == [to / "test.csv", to / "train.csv"]
    assert (to / "train.csv").read_bytes() == ROWS
    assert left_in(tmp_path) == [
        "new",
        "new/digits",
        "new/digits/test.csv",
        "new/digits/train.csv",
    ]


def test_a_tar_gz_is_unpacked_whatever_its_name(server: Server, tmp_path: Path) -> None:
    server.answer(gives(tarred("a/b.csv", ROWS)))
    to = tmp_path / "to"
    assert fetch(server.link("/x"), str(to)) == [to / "a" / "b.csv"]


@pytest.mark.parametrize(
    ("path", "content", "name"),
    [
        ("/a/train.csv", ROWS, "train.csv"),
        ("/a/train.csv.gz", gzip.compress(ROWS, mtime=0), "train.csv.gz"),
        (
            "/t10k-images-idx3-ubyte.gz",
            gzip.compress(bytes(800), mtime=0),
            "t10k-images-idx3-ubyte.gz",
        ),
        ("/a/train.csv", gzip.compress(ROWS, mtime=0), "train.csv.gz"),  # packed by the server
        ("/my%20rows.csv", ROWS, "my rows.csv"),
        ("/a%2F..%2Fb%5Cc%3Ad.csv", ROWS, "b_c_d.csv"),
        ("/..%2F..", ROWS, "download"),
        ("/", ROWS, "download"),
    ],
)
def test_a_file_is_kept_as_it_is(
    server: Server, tmp_path: Path, path: str, content: bytes, name: str
) -> None:
    server.answer(gives(content))
    to = tmp_path / "to"
    assert fetch(server.link(path), str(to)) == [to / name]
    assert (to / name).read_bytes() == content
    assert left_in(tmp_path) == ["to", f"to/{name}"]


def test_a_body_of_unknown_length_comes_whole(server: Server, tmp_path: Path) -> None:
    def until_closed(handler: Handler) -> None:
        handler.start(200)
        handler.wfile.write(BIG)

    url = server.answer(until_closed)
    assert fetch(url, str(tmp_path / "to")) == [tmp_path / "to" / "train.csv"]


def test_a_body_in_chunks_comes_whole(server: Server, tmp_path: Path) -> None:
    def in_chunks(*parts: bytes) -> Answer:
        def answer(handler: Handler) -> None:
            handler.start(200, Transfer_Encoding="chunked")
            for part in parts:
                handler.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))

        return answer

    broken, whole = in_chunks(BIG[:70_000]), in_chunks(BIG[:70_000], BIG[70_000:], b"")
    assert fetch(server.answer(broken, whole), str(tmp_path / "to"), policy=QUICK)
    assert len(server.requests) == 2


def test_the_bar_comes_to_its_end_and_pipes_get_a_line(server: Server, tmp_path: Path) -> None:
    progress = Recorded()
    fetch(server.answer(gives(BIG)), str(tmp_path / "to"), progress=progress)
    assert progress.bars == [(len(BIG), len(BIG))]
    (line,) = progress.said
    assert line.endswith("/data/digits.zip: downloading, 0.0 of 0.1 MB are here")


def test_the_line_of_a_kaggle_notebook_is_a_link(server: Server, tmp_path: Path) -> None:
    url = server.answer(gives(BIG))
    fetch(f"digit-recognizer:{quote(url, safe='')}", str(tmp_path / "to"))
    assert server.requests[0][0] == f"/data/digits.zip?{SECRET}"


# Going on after a break


def test_a_connection_that_drops_is_resumed_at_once(server: Server, tmp_path: Path) -> None:
    url = server.answer(gives(BIG, cut_after=40_000), gives(BIG, cut_after=30_001), gives(BIG))
    progress = Recorded()
    (came,) = fetch(url, str(tmp_path / "to"), policy=QUICK, progress=progress)
    assert came.read_bytes() == zipfile.ZipFile(io.BytesIO(BIG)).read("train.csv")
    assert server.ranges == [None, "bytes=39999-", "bytes=69999-"]  # the last byte is asked again
    assert progress.bars[-1] == (len(BIG), len(BIG))
    assert sum("broke off; trying again" in line for line in progress.said) == 2


def test_a_connection_that_keeps_dropping_is_resumed_by_the_next_fetch(
    server: Server, tmp_path: Path
) -> None:
    url = server.answer(gives(BIG, cut_after=1000))
    trouble = failure(FetchError, url, tmp_path / "to")
    assert "the connection broke off" in trouble.message
    assert "run the same command again" in trouble.hint
    assert len(server.requests) == 5
    assert not (tmp_path / "to").exists()

    server.answer(gives(BIG))
    assert fetch(url, str(tmp_path / "to")) == [tmp_path / "to" / "train.csv"]
    assert server.ranges[-1] == "bytes=4995-"  # 5 pieces of 1000, each with the last byte again
    assert left_in(tmp_path) == ["to", "to/train.csv"]


def test_a_freshly_signed_link_resumes_where_the_expired_one_stopped(
    server: Server, tmp_path: Path
) -> None:
    url = server.answer(gives(BIG, cut_after=1000), says(403))
    failure(FetchError, url, tmp_path / "to")
    server.answer(gives(BIG))
    fetch(server.link(query="Signature=fresh"), str(tmp_path / "to"))
    assert server.ranges == [None, "bytes=999-", "bytes=999-"]


def test_what_is_kept_does_not_hold_the_query(server: Server, tmp_path: Path) -> None:
    url = server.answer(gives(BIG, cut_after=1000))
    failure(FetchError, url, tmp_path / "to", policy=ONCE)
    assert left_in(tmp_path) == [".to.download", ".to.download/body", ".to.download/state.json"]
    assert "s3cr3t" not in (tmp_path / ".to.download" / "state.json").read_text()


def test_another_link_starts_anew(server: Server, tmp_path: Path) -> None:
    url = server.answer(gives(BIG, cut_after=1000))
    failure(FetchError, url, tmp_path / "to", policy=ONCE)
    server.answer(gives(zipped(other=ROWS)))
    other = fetch(server.link("/other.zip"), str(tmp_path / "to"))
    assert other == [tmp_path / "to" / "other.csv"]
    assert server.ranges == [None, None]


def test_a_damaged_state_starts_anew(server: Server, tmp_path: Path) -> None:
    url = server.answer(gives(BIG, cut_after=1000))
    failure(FetchError, url, tmp_path / "to", policy=ONCE)
    (tmp_path / ".to.download" / "state.json").write_text('{"validator": ')
    server.answer(gives(BIG))
    assert fetch(url, str(tmp_path / "to"))
    assert server.ranges == [None, None]


OTHER = zipped(other=b"1" * 200_000)
END = len(BIG) - 1
REST = OTHER[999 : len(BIG)]


@pytest.mark.parametrize(
    ("then", "requests"),
    [
        (says(200, OTHER, ETag='"1"'), 2),  # a server that does not know Range
        (gives(OTHER, etag='"2"'), 2),  # the file has changed, and If-Range says so
        (says(206, REST, ETag='"2"', Content_Range=f"bytes 999-{END}/{len(BIG)}"), 3),
        (says(206, REST, ETag='"1"', Content_Range=f"bytes 999-{END}/{len(BIG) + 1}"), 3),
        (says(206, REST, ETag='"1"', Content_Range=f"bytes 998-{END}/{len(BIG)}"), 3),
        (says(206, REST, ETag='"1"', Content_Range="rows 7-8"), 3),
        (says(206, REST, ETag='"1"', Content_Range=f"bytes {'9' * 5000}-9/9"), 3),
        (says(206, OTHER, ETag='"1"'), 3),
        (says(416, Content_Range="bytes */5"), 3),
    ],
)
def test_what_does_not_continue_the_file_is_not_joined_to_it(
    server: Server, tmp_path: Path, then: Answer, requests: int
) -> None:
    url = server.answer(gives(BIG, cut_after=1000), then, gives(OTHER, etag='"3"'))
    assert fetch(url, str(tmp_path / "to"), policy=QUICK) == [tmp_path / "to" / "other.csv"]
    assert server.ranges == [None, "bytes=999-", None][:requests]


def test_a_server_may_give_the_rest_in_pieces(server: Server, tmp_path: Path) -> None:
    piece = {"ETag": '"1"', "Content_Range": f"bytes 999-1998/{len(BIG)}"}
    url = server.answer(gives(BIG, cut_after=1000), says(206, BIG[999:1999], **piece), gives(BIG))
    assert fetch(url, str(tmp_path / "to"), policy=QUICK)
    assert server.ranges == [None, "bytes=999-", "bytes=1998-"]


def test_the_date_is_enough_to_resume_and_a_weak_etag_is_not(
    server: Server, tmp_path: Path
) -> None:
    date, weak = "Mon, 01 Jan 2024 00:00:00 GMT", 'W/"1"'
    url = server.answer(
        gives(BIG, etag=weak, Last_Modified=date, cut_after=1000),
        gives(BIG, etag=None, Last_Modified=date),
    )
    fetch(url, str(tmp_path / "date"), policy=QUICK)
    assert server.ranges == [None, "bytes=999-"]
    assert server.requests[1][1]["If-Range"] == date

    server.answer(gives(BIG, etag=weak, cut_after=1000), gives(BIG))
    fetch(url, str(tmp_path / "weak"), policy=QUICK)
    assert server.ranges[2:] == [None, None]


def test_without_a_validator_nothing_is_kept(server: Server, tmp_path: Path) -> None:
    url = server.answer(gives(BIG, etag=None, cut_after=1000))
    failure(FetchError, url, tmp_path / "new" / "to")
    assert server.ranges == [None] * 5
    assert left_in(tmp_path) == []


def test_a_download_that_came_whole_is_only_confirmed(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OutputError("to: cannot be written: disk full", hint="free some space")

    url = server.answer(gives(BIG))
    with monkeypatch.context() as patched:
        patched.setattr(files, "staged_folder", full)
        with pytest.raises(OutputError, match="disk full"):
            fetch(url, str(tmp_path / "to"))
    assert fetch(url, str(tmp_path / "to"))
    assert server.ranges == [None, f"bytes={len(BIG) - 1}-"]


def test_ctrl_c_leaves_what_came_for_the_next_time(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(done: int) -> None:
        if done >= 50_000:
            raise KeyboardInterrupt

    monkeypatch.setattr("tenfold.sources.fetching.download.CHUNK_BYTES", 10_000)
    url = server.answer(gives(BIG))
    recorded = Recorded(interrupt)
    stopped = failure(Interrupted, url, tmp_path / "to", progress=recorded)
    assert "stopped after 0.1 MB" in stopped.message
    assert "run the same command again" in stopped.hint
    assert stopped.__suppress_context__
    assert fetch(url, str(tmp_path / "to"))
    [(_, came), *_] = recorded.bars
    assert server.ranges == [None, f"bytes={came - 1}-"]


# Answers


@pytest.mark.parametrize(
    ("answer", "message", "hint"),
    [
        (says(401), "401 (Unauthorized)", "wants a login"),
        (says(403), "403 (Forbidden)", "signed links expire"),
        (says(404), "404 (Not Found)", "copy it again"),
        (says(410), "410 (Gone)", "copy it again"),
        (says(400, b"<Code>ExpiredToken</Code>"), "400 (Bad Request)", "signed links expire"),
        (says(400, b"no"), "400 (Bad Request)", "check the link"),
        (says(204), "204 (No Content)", "check the link"),
        (says(799), "799", "check the link"),
    ],
)
def test_a_refusal_is_reported_at_once_with_a_remedy(
    server: Server, tmp_path: Path, answer: Answer, message: str, hint: str
) -> None:
    trouble = failure(FetchError, server.answer(answer), tmp_path / "new" / "to")
    assert trouble.message.endswith(f"/data/digits.zip: the server answers {message}")
    assert hint in trouble.hint
    assert len(server.requests) == 1
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_by_kaggle_says_what_kaggle_wants(
    server: Server, tmp_path: Path, status: int
) -> None:
    server.answer(says(status))
    hint = failure(FetchError, server.link("/kaggle/x.zip"), tmp_path / "to").hint
    assert all(word in hint for word in ("rules", "name", "token"))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_trouble_that_goes_away_on_the_third_try_is_no_trouble(
    server: Server, tmp_path: Path, status: int
) -> None:
    busy = says(status, Retry_After="3600")
    progress = Recorded()
    url = server.answer(busy, busy, gives(BIG))
    assert fetch(url, str(tmp_path / "to"), policy=QUICK, progress=progress)
    assert len(server.requests) == 3
    assert f"the server answers {status}" in progress.said[0]


@pytest.mark.parametrize("after", ["soon", "9" * 5000, "Mon, 01 Jan 99999 00:00:00 GMT"])
def test_trouble_that_stays_is_reported_after_the_last_try(
    server: Server, tmp_path: Path, after: str
) -> None:
    url = server.answer(says(503, Retry_After=after))
    trouble = failure(FetchError, url, tmp_path / "to")
    assert "503 (Service Unavailable)" in trouble.message
    assert "run the same command again in some minutes" in trouble.hint
    assert len(server.requests) == 5
    assert left_in(tmp_path) == []


def test_waiting_doubles_and_listens_to_the_server_up_to_a_limit(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    patient = RetryPolicy(retries=4, backoff_seconds=0.5, wait_seconds_max=60)
    later = [says(503, Retry_After=seconds) for seconds in ("7", "3600")]
    url = server.answer(says(500), says(500), *later, gives(BIG))
    fetch(url, str(tmp_path / "to"), policy=patient)
    assert waited == [0.5, 1.0, 7.0, 60.0]


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><title>Log in</title>",
        b"\xef\xbb\xbf\n <HTML><body>Log in</body>",
        gzip.compress(b"<html>Log in</html>", mtime=0),
        b'<?xml version="1.0"?><Error/>',
    ],
)
def test_a_page_is_no_archive_whatever_its_header_says(
    server: Server, tmp_path: Path, page: bytes
) -> None:
    url = server.answer(says(200, page, Content_Type="application/zip", ETag='"1"'))
    trouble = failure(FetchError, url, tmp_path / "to")
    assert "leads to a web page" in trouble.message
    assert "login" in trouble.hint
    assert left_in(tmp_path) == []


def test_nothing_is_no_data(server: Server, tmp_path: Path) -> None:
    trouble = failure(FetchError, server.answer(says(200)), tmp_path / "to")
    assert "sends nothing" in trouble.message


# Redirects


def test_redirects_are_followed(server: Server, tmp_path: Path) -> None:
    first = says(302, Location="/elsewhere/b.zip?token=2")
    server.answer(first, says(307, Location=server.link("/c.zip")), gives(ROWS))
    (came,) = fetch(server.link("/train.csv"), str(tmp_path / "to"))
    assert came.name == "train.csv"
    assert [path for path, _ in server.requests] == [
        f"/train.csv?{SECRET}",
        "/elsewhere/b.zip?token=2",
        f"/c.zip?{SECRET}",
    ]


def test_redirects_without_end_are_refused(server: Server, tmp_path: Path) -> None:
    url = server.answer(says(301, Location="/again?token=s3cr3t"))
    assert "redirected more than 5 times" in failure(FetchError, url, tmp_path / "to").message
    assert len(server.requests) == 6


@pytest.mark.parametrize("location", ["ftp://host/a", "file:///etc/passwd", "http://[::1"])
def test_a_redirect_to_what_is_no_link_is_refused(
    server: Server, tmp_path: Path, location: str
) -> None:
    url = server.answer(says(302, Location=location))
    assert "redirected" in failure(FetchError, url, tmp_path / "to").message


def test_a_secret_in_a_broken_redirect_is_not_shown(server: Server, tmp_path: Path) -> None:
    url = server.answer(says(302, Location="http://host:99999/a?s3cr3t"))
    assert "makes no sense" in failure(FetchError, url, tmp_path / "to").message


# Hostile sizes


def endless(status: int) -> Answer:
    def answer(handler: Handler) -> None:
        handler.start(status, ETag='"1"')
        with contextlib.suppress(OSError):  # until the client hangs up
            while True:
                handler.wfile.write(bytes(65536))

    return answer


def test_a_body_without_end_is_refused(server: Server, tmp_path: Path) -> None:
    trouble = failure(
        FetchError, server.answer(endless(200)), tmp_path / "to", unpacked_bytes_max=1_000_000
    )
    assert "is larger than 1,000,000 bytes" in trouble.message
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("status", [302, 403, 500])
def test_an_error_without_end_is_not_read(server: Server, tmp_path: Path, status: int) -> None:
    trouble = failure(FetchError, server.answer(endless(status)), tmp_path / "to")
    assert f"the server answers {status}" in trouble.message


def test_a_body_that_says_it_is_huge_is_refused_unread(server: Server, tmp_path: Path) -> None:
    def huge(handler: Handler) -> None:
        handler.start(200, Content_Length=10**15)

    trouble = failure(FetchError, server.answer(huge), tmp_path / "to")
    assert "is larger than" in trouble.message
    assert len(server.requests) == 1


def test_the_size_must_be_the_expected_one(server: Server, tmp_path: Path) -> None:
    url = server.answer(gives(BIG))
    larger = failure(FetchError, url, tmp_path / "to", size_bytes=1000)
    assert "is larger than 1,000 bytes" in larger.message
    smaller = failure(FetchError, url, tmp_path / "to", size_bytes=10**9)
    assert f"is {len(BIG):,} bytes, expected 1,000,000,000" in smaller.message
    assert left_in(tmp_path) == []
    assert fetch(url, str(tmp_path / "to"), size_bytes=len(BIG))


def test_the_sha256_must_be_the_expected_one(server: Server, tmp_path: Path) -> None:
    url = server.answer(gives(BIG))
    assert "has the SHA-256" in failure(FetchError, url, tmp_path / "to", sha256="0" * 64).message
    assert left_in(tmp_path) == []
    assert fetch(url, str(tmp_path / "to"), sha256=hashlib.sha256(BIG).hexdigest().upper())
    with pytest.raises(UsageError, match="no SHA-256"):
        fetch(url, str(tmp_path / "other"), sha256="abc")


def test_a_hostile_archive_is_refused_and_leaves_nothing(server: Server, tmp_path: Path) -> None:
    url = server.answer(gives(tarred("../evil.csv", ROWS)))
    trouble = failure(DataError, url, tmp_path / "to")
    assert trouble.message.endswith("/data/digits.zip: ../evil.csv: leads out of the folder")
    assert left_in(tmp_path) == []


def test_a_bomb_is_refused_and_leaves_nothing(server: Server, tmp_path: Path) -> None:
    url = server.answer(gives(tarred("zeros.csv", bytes(5_000_000))))
    trouble = failure(DataError, url, tmp_path / "to", unpacked_bytes_max=1_000_000)
    assert "unpacks to more than 1,000,000 bytes" in trouble.message
    assert left_in(tmp_path) == []


# No answer


def test_a_missing_server_is_reported(server: Server, tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # not listening
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/a.zip?{SECRET}"
        trouble = failure(FetchError, url, tmp_path / "new" / "to")
    assert "the server cannot be reached" in trouble.message
    assert "internet connection" in trouble.hint
    assert left_in(tmp_path) == []


def test_an_unknown_name_is_reported(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    trouble = failure(FetchError, f"https://nowhere.invalid/a.zip?{SECRET}", tmp_path / "to")
    assert "no server has that name" in trouble.message


def test_a_silent_server_is_reported(server: Server, tmp_path: Path) -> None:
    done = threading.Event()

    def silent(handler: Handler) -> None:
        done.wait(30)

    url = server.answer(silent)
    impatient = RetryPolicy(retries=1, backoff_seconds=0, timeout_seconds=0.05)
    trouble = failure(FetchError, url, tmp_path / "to", policy=impatient)
    done.set()
    assert "nothing came for 0.05 seconds" in trouble.message
    assert "run the same command again" in trouble.hint
    assert len(server.requests) == 2


DRIPPING = RetryPolicy(retries=1, backoff_seconds=0, window_seconds=0.2)


def dripping(head: bytes, drip: bytes, over: threading.Event) -> Answer:
    """An answer that begins with `head` and goes on in drips, each in time for a time-out of one
    read."""

    def answer(handler: Handler) -> None:
        handler.wfile.write(head)
        while not over.wait(0.01):
            handler.wfile.write(drip)

    return answer


@pytest.mark.parametrize(
    ("head", "drip"),
    [
        (b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: 100000\r\n\r\n', b"x"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x"),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
        (b"HTTP/1.1 302 Detections\r\nX-Long: ", b"x"),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 4000\r\n\r\n", b"x"),
    ],
    ids=["body", "body of unknown length", "chunk", "header", "redirect", "error page"],
)
def test_a_server_that_drips_is_not_waited_for(
    server: Server, tmp_path: Path, head: bytes, drip: bytes
) -> None:
    over = threading.Event()
    url = server.answer(dripping(head, drip, over))
    trouble = failure(FetchError, url, tmp_path / "to", policy=DRIPPING)
    over.set()
    assert "less than 1000 bytes a second came over 0.2 seconds" in trouble.message
    assert len(server.requests) == 2  # it may have been a transient error
    assert not (tmp_path / "to").exists()


def test_what_dripped_is_kept_for_the_next_fetch(server: Server, tmp_path: Path) -> None:
    over = threading.Event()
    head = f'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: {len(BIG)}\r\n\r\n'
    slow = dripping(head.encode() + BIG[:50_000], b"", over)
    url = server.answer(slow)
    policy = RetryPolicy(retries=0, window_seconds=0.2, bytes_per_second_min=1e6)
    failure(FetchError, url, tmp_path / "to", policy=policy)
    over.set()
    server.answer(gives(BIG))
    fetch(url, str(tmp_path / "to"), policy=QUICK)
    assert server.ranges[-1] == "bytes=49999-"
    assert (tmp_path / "to" / "train.csv").stat().st_size == 100_000


def test_a_fetch_has_an_end(server: Server, tmp_path: Path) -> None:
    over = threading.Event()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
    url = server.answer(dripping(head, bytes(1000), over))
    policy = RetryPolicy(window_seconds=0.1, fetch_seconds_max=0.3)
    trouble = failure(FetchError, url, tmp_path / "to", policy=policy)
    over.set()
    assert "not done within 0.3 seconds" in trouble.message
    assert "--timeout" in trouble.hint
    assert len(server.requests) == 1


def test_waiting_for_a_server_ends_with_the_time_for_all(server: Server, tmp_path: Path) -> None:
    url = server.answer(says(503, Retry_After=50))
    policy = RetryPolicy(fetch_seconds_max=5)
    assert "not done within" in failure(FetchError, url, tmp_path / "to", policy=policy).message


def test_a_server_without_tls_is_reported(server: Server, tmp_path: Path) -> None:
    url = server.answer(gives(BIG)).replace("http://", "https://")
    trouble = failure(FetchError, url, tmp_path / "to")
    assert "does not prove who it is (TLS)" in trouble.message
    assert "SSL_CERT_FILE" in trouble.hint


def test_garbage_in_place_of_an_answer_is_reported(server: Server, tmp_path: Path) -> None:
    def garbage(handler: Handler) -> None:
        handler.wfile.write(b"\0\1\2garbage\n")

    url = server.answer(garbage)
    assert "the connection broke off" in failure(FetchError, url, tmp_path / "to").message


# Proxies


def test_the_proxy_of_the_environment_is_used(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer(gives(BIG))
    monkeypatch.setenv("http_proxy", f"user:p%40ss@127.0.0.1:{server.server_port}")
    assert fetch(f"http://nowhere.invalid/a.zip?{SECRET}", str(tmp_path / "to"))
    path, headers = server.requests[0]
    assert path == f"http://nowhere.invalid/a.zip?{SECRET}"
    assert headers["Proxy-Authorization"] == "Basic dXNlcjpwQHNz"  # user:p@ss


def test_no_proxy_is_respected(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert fetch(server.answer(gives(BIG)), str(tmp_path / "to"))


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:1", "gopher://127.0.0.1:1"])
def test_a_proxy_that_does_not_work_is_reported(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    trouble = failure(FetchError, server.answer(gives(BIG)), tmp_path / "to")
    assert "the proxy cannot be used" in trouble.message
    assert "HTTP_PROXY" in trouble.hint


# Links and places


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("digits.zip", "digits.zip"),
        ("ftp://user:s3cr3t@host/a.zip?s3cr3t", "ftp://host/a.zip"),
        ("https://?s3cr3t", "https://"),
        ("https://host:port/a", "https://host:port/a"),
        ("https://[::1/a", "https://[::1/a"),
        ("https://host/a b", "https://host/a b"),
        ("https://host/a\nb", "https://host/a\\nb"),
        ("mnist", "mnist"),
        ("", ""),
    ],
)
def test_what_is_no_link_is_refused(tmp_path: Path, typed: str, shown: str) -> None:
    with pytest.raises(UsageError) as caught:
        fetch(typed, str(tmp_path / "to"))
    assert caught.value.message == f"{shown}: is no link"


def test_a_link_is_shown_without_password_and_query() -> None:
    link = read_link("https://user:s3cr3t@Host:8000/a/b.zip?s3cr3t#s3cr3t")
    assert link.shown == "https://Host:8000/a/b.zip"
    assert "s3cr3t" not in repr(link)


def test_a_folder_with_something_in_it_is_refused_before_anything_is_asked(
    server: Server, tmp_path: Path
) -> None:
    to = tmp_path / "to"
    to.mkdir()
    (to / "mine.txt").write_text("mine")
    url = server.answer(gives(BIG))
    with pytest.raises(OutputError, match="not empty"):
        fetch(url, str(to))
    assert server.requests == []
    assert left_in(tmp_path) == ["to", "to/mine.txt"]
    fetch(url, str(to), force=True)
    assert left_in(tmp_path) == ["to", "to/train.csv"]


def test_an_empty_folder_is_filled_and_a_link_to_a_folder_stays(
    server: Server, tmp_path: Path
) -> None:
    (tmp_path / "to").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "to")
    fetch(server.answer(gives(BIG)), str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert left_in(tmp_path / "to") == ["train.csv"]


def test_a_place_that_is_no_folder_is_refused(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for to in ("file", "file/to"):
        with pytest.raises(OutputError):
            fetch(server.answer(gives(BIG)), str(tmp_path / to), force=True)
    assert server.requests == []
    assert (tmp_path / "file").read_text() == "mine"


def test_the_folder_one_is_in_is_never_replaced(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "here" / "sub").mkdir()
    for to in ("", ".", "..", "sub/..", str(tmp_path), "/", os.path.expanduser("~")):
        with pytest.raises(OutputError, match="you are in that folder"):
            fetch(server.answer(gives(BIG)), to, force=True)
    assert server.requests == []


def test_a_relative_place_is_shown_as_typed(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert fetch(server.answer(gives(BIG)), "a/to") == [Path("a/to/train.csv")]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size")
def test_a_full_disk_is_reported_and_received_bytes_are_kept(
    server: Server, tmp_path: Path
) -> None:
    program = """if True:
        import resource, sys
        from tenfold.errors import OutputError
        from tenfold.sources.fetching.download import fetch
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))  # what a full disk does
        try:
            fetch(sys.argv[1], sys.argv[2])
        except OutputError as problem:
            print(problem)
    """
    url, to = server.answer(gives(BIG)), str(tmp_path / "to")
    done = subprocess.run(
        [sys.executable, "-c", program, url, to], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(f"{to}: cannot be written: ")
    assert fetch(url, to)
    assert server.ranges == [None, "bytes=49999-"]
