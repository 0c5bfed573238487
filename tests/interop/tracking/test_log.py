"""The import of a tracker's library: quiet, and missed with one line."""

from __future__ import annotations

import os

import pytest

from tenfold.errors import MissingExtraError
from tenfold.interop.tracking.log import QUIET, import_quietly


def test_telemetry_is_off_before_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in QUIET:
        monkeypatch.setenv(name, "changed")
    import_quietly("json", "json")
    assert all(os.environ[name] == value for name, value in QUIET.items())


def test_a_missing_library_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in QUIET:
        monkeypatch.setenv(name, "")
    with pytest.raises(MissingExtraError, match="needs the package no-such-tracker") as missing:
        import_quietly("no_such_tracker", "no-such-tracker")
    assert missing.value.hint == "pip install --upgrade no-such-tracker"
    with pytest.raises(MissingExtraError, match="track"):
        import_quietly("no_such_tracker", "tensorboardX")


def test_a_library_that_cannot_be_imported_is_no_fault_of_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: os.PathLike[str]
) -> None:
    for name in QUIET:
        monkeypatch.setenv(name, "")
    with open(os.path.join(tmp_path, "broken_tracker.py"), "w", encoding="utf-8") as file:
        file.write("import no_such_dependency\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(MissingExtraError, match=r"cannot be imported: .*no_such_dependency"):
        import_quietly("broken_tracker", "broken-tracker")
