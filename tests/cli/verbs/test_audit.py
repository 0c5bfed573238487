"""tenfold audit, from the command line."""

from __future__ import annotations

import json

import pytest

from command_line import call


def test_audit_answers_in_json_lines(
    reports: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("audit", reports[0], "--json") == 0
    suspects = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert suspects
    assert [suspect["rank"] for suspect in suspects] == list(range(1, len(suspects) + 1))
    assert call("audit", reports[0], "--count", "1") == 0
    stdout = capsys.readouterr().out
    assert stdout.startswith("audited: 40 rows that the model was neither trained on nor")
    assert suspects[0]["place"].rpartition("/")[2] in stdout
