"""A token that no client could send is refused at the start."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from tenfold.errors import UsageError
from tenfold.serving.gate.bearer_token import TOKEN_BYTES_MAX, TOKEN_VARIABLE, read_token

TOKEN = "open-sesame_42~+/="


@pytest.mark.parametrize("content", [TOKEN, f"{TOKEN}\n", f"{TOKEN}\r\n", f"  {TOKEN}\t\n\n"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_marks_and_line_ends_around_it_are_no_part_of_it(tmp_path: Path, content: str, mark: bytes):
    file = tmp_path / "token"
    file.write_bytes(mark + content.encode())
    assert read_token(str(file)) == TOKEN


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (codecs.BOM_UTF8, "is empty"),
        (b"sesame\nsecond\n", "holds 2 lines"),
        (b"open sesame", "character 5 is white space"),
        (b"open\tsesame", "character 5 is white space"),
        ("sésame".encode(), "character 2 is no visible ASCII character"),
        ("ses\u200bame".encode(), "character 4 is no visible ASCII character"),
        (b"ses\x00ame", "character 4 is no visible ASCII character"),
        ("sésame".encode("latin-1"), "is not plain text"),
        ("sesame".encode("utf-16"), "is not plain text"),
        (b"x" * (TOKEN_BYTES_MAX + 1), "is longer than"),
    ],
)
def test_what_no_header_can_carry_is_refused(tmp_path: Path, content: bytes, said: str):
    file = tmp_path / "token"
    file.write_bytes(content)
    with pytest.raises(UsageError) as refused:
        read_token(str(file))
    assert refused.value.message.startswith(f"{file}: {said}")
    assert "same" not in refused.value.message
    assert "same" not in refused.value.hint


def test_a_missing_file_is_named():
    with pytest.raises(UsageError, match="no-such-file: cannot be read: No such file"):
        read_token("no-such-file")


def test_the_variable_is_held_to_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    assert read_token(None) is None
    monkeypatch.setenv(TOKEN_VARIABLE, f"\ufeff{TOKEN}\n")
    assert read_token(None) == TOKEN
    for wrong, said in (("sésame", "character 2"), ("a b", "character 2"), (" ", "is empty")):
        monkeypatch.setenv(TOKEN_VARIABLE, wrong)
        with pytest.raises(UsageError, match=f"^{TOKEN_VARIABLE}: {said}"):
            read_token(None)
