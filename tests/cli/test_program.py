"""The program as a process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_closed_pipe_is_no_error(unlabelled_csv: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tenfold", "predict", str(unlabelled_csv), "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
