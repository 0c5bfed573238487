"""Data sets by name, from mirrors on loopback: in turn, checked, resumed, cached, offline."""

from __future__ import annotations

import bz2
import dataclasses
import hashlib
import io
import json
import os
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import mirrors
from command_line import call
from conftest import drawn_digits, write_idx
from mirrors import Mirrors
from tenfold.errors import DataError, FetchError, OutputError
from tenfold.progress import Progress
from tenfold.sources import open_digits
from tenfold.sources.fetching.catalogue import DATA_SETS, DataSet, RemoteFile
from tenfold.sources.fetching.data_set_cache import cache_of, folder_of
from tenfold.sources.fetching.data_sets import fetch_data_set
from tenfold.sources.fetching.http_answers import RetryPolicy

DIGITS = drawn_digits(60)
IMAGES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
QUICK = RetryPolicy(
    retries=1, backoff_seconds=0, wait_seconds_max=0, bytes_per_second_min=100, window_seconds=0.5
)


@pytest.fixture
def server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Mirrors]:
    """Two mirrors that have MNIST's four files, and a catalogue that names them."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TENFOLD_CACHE_DIR", str(tmp_path / "cache"))
    for prefix in ("train", "t10k"):
        write_idx(tmp_path / "origin", prefix, DIGITS, zipped=True)
    with mirrors.running() as server:
        server.files = {path.name: path.read_bytes() for path in (tmp_path / "origin").iterdir()}
        facts = [(n, len(c), hashlib.sha256(c).hexdigest()) for n, c in server.files.items()]
        urls = (server.mirror("first"), server.mirror("second"))
        data_set = DataSet(tuple(RemoteFile(n, urls, s, h) for n, s, h in facts), note="a note")
        monkeypatch.setitem(DATA_SETS, "mnist", data_set)
        yield server


def test_the_first_mirror_is_enough(server: Mirrors) -> None:
    files = fetch_data_set("mnist", policy=QUICK)
    assert [file.read_bytes() for file in files] == [server.files[file.name] for file in files]
    assert {mirror for mirror, *_ in server.asked} == {"first"}
    assert len(server.asked) == 4
    assert files[0].parent == cache_of("mnist") == Path(folder_of("mnist"))
    assert {path.name for path in cache_of("mnist").iterdir()} == {*server.files, "fetched.json"}


@pytest.mark.parametrize("fault", mirrors.FAULTS)
def test_the_next_mirror_has_what_the_first_has_not(
    fault: str, server: Mirrors, capsys: pytest.CaptureFixture[str]
) -> None:
    server.faults[("first", IMAGES)] = fault
    files = fetch_data_set("mnist", policy=QUICK, progress=Progress())
    assert {file.name: file.read_bytes() for file in files} == server.files
    told = capsys.readouterr().err
    if fault == "cut":  # goes on where it broke off, at the same mirror
        assert [asked for asked in server.asked if asked[1] == IMAGES][1][2] is not None
    else:
        assert "trying the next mirror" in told
        assert ("second", IMAGES) in [(mirror, name) for mirror, name, _ in server.asked]


def test_a_mirror_that_is_dead_is_passed_over(
    server: Mirrors, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{unused.getsockname()[1]}/"
    old = DATA_SETS["mnist"]
    urls = (dead, server.mirror("second"))
    files = tuple(dataclasses.replace(file, mirrors=urls) for file in old.files)
    monkeypatch.setitem(DATA_SETS, "mnist", dataclasses.replace(old, files=files))
    assert len(fetch_data_set("mnist", policy=QUICK)) == 4


def test_what_no_mirror_has_is_an_error_that_names_all(server: Mirrors) -> None:
    server.faults = {("first", LABELS): "other", ("second", LABELS): "missing"}
    with pytest.raises(FetchError) as caught:
        fetch_data_set("mnist", policy=QUICK)
    message = caught.value.message
    assert message.startswith(f"{LABELS}: no mirror has sent it: ")
    assert "has the SHA-256" in message
    assert "answers 404" in message
    with pytest.raises(DataError, match="has not been fetched") as refused:
        open_digits("mnist")
    assert refused.value.hint == "bring it with: tenfold fetch mnist"


def test_a_fetch_goes_on_where_another_ended(server: Mirrors) -> None:
    last = DATA_SETS["mnist"].files[-1].name
    server.faults = {("first", last): "missing", ("second", last): "missing"}
    with pytest.raises(FetchError):
        fetch_data_set("mnist", policy=QUICK)
    server.faults.clear()
    server.asked.clear()
    fetch_data_set("mnist", policy=QUICK)
    assert server.asked == [("first", last, None)]


def test_a_part_goes_on_at_the_other_mirror(server: Mirrors) -> None:
    server.faults = {("first", IMAGES): "cut", ("second", IMAGES): "missing"}
    once = dataclasses.replace(QUICK, retries=0)
    files = [file for file in DATA_SETS["mnist"].files if file.name == IMAGES]
    only = dataclasses.replace(files[0], mirrors=(server.mirror("first"),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(DATA_SETS, "mnist", DataSet((only,)))
        with pytest.raises(FetchError, match="broke off"):
            fetch_data_set("mnist", policy=once)
        server.faults = {}
        server.asked.clear()
        patch.setitem(
            DATA_SETS,
            "mnist",
            DataSet((dataclasses.replace(only, mirrors=(server.mirror("second"),)),)),
        )
        fetch_data_set("mnist", policy=once)
    ((mirror, _, wanted),) = server.asked
    assert mirror == "second"
    assert wanted is not None
    assert wanted != "bytes=0-"


def test_what_is_in_the_cache_is_not_fetched_again(server: Mirrors, tmp_path: Path) -> None:
    fetch_data_set("mnist", policy=QUICK)
    server.asked.clear()
    copied = fetch_data_set("mnist", str(tmp_path / "to"), offline=True)
    assert {file.name: file.read_bytes() for file in copied} == server.files
    assert server.asked == []
    with pytest.raises(OutputError, match="exists already and is not empty"):
        fetch_data_set("mnist", str(tmp_path / "to"))
    fetch_data_set("mnist", str(tmp_path / "to"), force=True)


def test_offline_without_a_cache_says_where_it_would_be(server: Mirrors) -> None:
    with pytest.raises(FetchError, match="is not in the cache") as caught:
        fetch_data_set("mnist", offline=True)
    assert str(cache_of("mnist")) in caught.value.message
    assert server.asked == []


def test_a_damaged_cache_is_not_read_and_is_fetched_anew(server: Mirrors) -> None:
    fetch_data_set("mnist", policy=QUICK)
    (cache_of("mnist") / LABELS).write_bytes(b"x")
    with pytest.raises(DataError, match="or only in part"):
        open_digits("mnist")
    server.asked.clear()
    fetch_data_set("mnist", policy=QUICK)
    assert server.asked == [("first", LABELS, None)]
    assert len(open_digits("mnist").training_rows()) == 60


def test_the_name_is_data_of_every_verb(
    server: Mirrors, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("fetch", "mnist", "--json") == 0
    told = capsys.readouterr()
    assert len(json.loads(told.out)["files"]) == 4
    assert "note: mnist: a note" in told.err
    source = open_digits("mnist")
    np.testing.assert_array_equal(source.training_rows().images, DIGITS.images)
    assert source.training_rows().place(3) == f"mnist: {IMAGES}[3]"
    assert [file.name for file in source.training_rows().files] == [
        f"mnist: {IMAGES}", f"mnist: {LABELS}",
    ]  # fmt: skip
    assert call("predict", "mnist", "--quiet") == 0
    assert len(capsys.readouterr().out.splitlines()) == 61
    assert call("evaluate", "mnist", "--data", "mnist", "--quiet") == 0
    assert call("check", "mnist", "--quiet") in (0, 2)


def test_a_file_of_that_name_goes_first(
    server: Mirrors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_idx(tmp_path / "mnist", "train", drawn_digits(10))
    assert len(open_digits("mnist").training_rows()) == 10


def test_a_name_with_a_slip_is_recognised() -> None:
    with pytest.raises(DataError) as caught:
        open_digits("emnist-digit")
    assert "emnist-digits is the name of a data set: tenfold fetch emnist-digits" in (
        caught.value.hint
    )


def test_of_a_zip_the_members_are_kept_that_are_digits(
    server: Mirrors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for split in ("train", "test"):
        write_idx(tmp_path / "gzip", f"emnist-digits-{split}", DIGITS, zipped=True)
        write_idx(tmp_path / "gzip", f"emnist-letters-{split}", DIGITS, zipped=True)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted((tmp_path / "gzip").iterdir()):
            archive.write(path, f"gzip/{path.name}")
    content = packed.getvalue()
    server.files["gzip.zip"] = content
    sha256 = hashlib.sha256(content).hexdigest()
    file = RemoteFile("gzip.zip", (server.mirror("first"),), len(content), sha256)
    members = DATA_SETS["emnist-digits"].members
    monkeypatch.setitem(DATA_SETS, "emnist-digits", DataSet((file,), members))
    files = fetch_data_set("emnist-digits", policy=QUICK)
    assert [path.name for path in files] == sorted(Path(member).name for member in members)
    assert not (cache_of("emnist-digits") / "gzip.zip").exists()
    source = open_digits("emnist-digits")
    assert (len(source.training_rows()), len(source.labelled_rows())) == (60, 60)


def test_an_md5_is_checked_where_there_is_no_sha256(
    server: Mirrors, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = "7 " + " ".join(f"{i}:{-1 if i < 100 else 1}" for i in range(1, 257)) + "\n"
    for name in ("usps.bz2", "usps.t.bz2"):
        server.files[name] = bz2.compress(row.encode())
    md5 = hashlib.md5(server.files["usps.bz2"]).hexdigest()
    urls = (server.mirror("first"), server.mirror("second"))
    files = tuple(RemoteFile(name, urls, md5=md5) for name in ("usps.bz2", "usps.t.bz2"))
    monkeypatch.setitem(DATA_SETS, "usps", DataSet(files))
    server.faults[("first", "usps.bz2")] = "other"
    fetch_data_set("usps", policy=QUICK)
    assert open_digits("usps").training_rows().labelled().tolist() == [6]


@pytest.mark.parametrize("options", [["--sha256", "0" * 64], ["--size", "3"]])
def test_what_is_known_of_a_name_cannot_be_given(options: list[str]) -> None:
    assert call("fetch", "mnist", *options) == 1


def test_a_link_needs_a_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("fetch", "https://example.org/a.zip") == 1
    assert "add --to DIR" in capsys.readouterr().err
