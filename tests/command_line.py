"""The command line, called as a user calls it."""

from __future__ import annotations

import pytest

from tenfold.cli import main


def call(*arguments: str) -> int:
    """Run one command; its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert isinstance(ended.value.code, int)
    return ended.value.code
