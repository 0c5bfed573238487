"""A data file, as both JSON files name it."""

from __future__ import annotations

from tenfold.digits import DataFile
from tenfold.digits.file_facts import FileFacts


def test_a_file_comes_back_from_json_as_it_was() -> None:
    facts = FileFacts.of(DataFile("train.csv", "ab" * 32, 100, 42, first_line=2))
    saved = facts.to_json()
    assert saved == {"name": "train.csv", "sha256": "ab" * 32, "size_bytes": 100, "rows": 42}
    assert FileFacts.from_json(saved) == facts
