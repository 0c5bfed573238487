"""How a release is made: the workflow and the citation are valid, and the tools find no fault."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tenfold

pytest.importorskip("yaml", reason="the dev extra is missing")

import yaml

ROOT = Path(__file__).parents[1]
WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"
CITATION = ROOT / "CITATION.cff"
SCRIPTS = Path(sys.executable).parent


def checked(tool: str, *arguments: str) -> None:
    """Run a tool of the dev extra, and show what it finds."""
    program = shutil.which(tool, path=str(SCRIPTS))
    if program is None:
        pytest.skip(f"{tool} comes with the dev extra")
    ended = subprocess.run(
        [program, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("schema", "file"), [("github-workflows", WORKFLOW), ("citation-file-format", CITATION)]
)
def test_the_files_follow_their_schemas(schema: str, file: Path) -> None:
    checked("check-jsonschema", "--builtin-schema", f"vendor.{schema}", str(file))


def test_the_workflow_has_no_known_weakness() -> None:
    checked("zizmor", "--offline", "--pedantic", ".github")


def test_one_job_alone_may_publish_and_it_runs_nothing_of_the_clone() -> None:
    jobs = yaml.safe_load(WORKFLOW.read_text())["jobs"]
    signing = {name for name, job in jobs.items() if "id-token" in job["permissions"]}
    assert signing == {"attest", "publish"}
    for name in signing:
        assert not [step for step in jobs[name]["steps"] if "run" in step]
        assert "checkout" not in str(jobs[name])
    assert jobs["publish"]["needs"] == "attest"
    assert jobs["publish"]["environment"] == {"name": "release"}
    assert "secrets." not in WORKFLOW.read_text()


def test_the_workflow_calls_what_there_is() -> None:
    text = WORKFLOW.read_text()
    makefile = (ROOT / "Makefile").read_text()
    assert all(f"\n{target}:" in makefile for target in re.findall(r"run: make (\S+)", text))
    assert (ROOT / ".ci" / "run").exists()
    assert (
        f'__version__ = "{tenfold.__version__}"'
        in (ROOT / "src" / "tenfold" / "__init__.py").read_text().splitlines()
    )


def test_the_citation_is_of_this_version() -> None:
    citation = yaml.safe_load(CITATION.read_text())
    assert citation["version"] == tenfold.__version__
    assert citation["license"] == "MIT"
