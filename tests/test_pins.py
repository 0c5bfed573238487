"""What is installed is pinned, with hashes; and nothing with a known hole is let in."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
NOT_OURS = {"pip", "tenfold"}  # what every virtual environment has, and the project itself

# the first version without the hole that the advisory tells of
SECURITY_FLOORS = {
    "pillow": ("13.0.0", "CVE-2026-96639, CVE-2026-96643 (Exif), GHSA-5x8w-8jj5-q52h (JPEG)"),
    "urllib3": ("2.8.0", "CVE-2026-97687, CVE-2026-97688, CVE-2026-97689 (chunk-size lines)"),
    "jinja2": ("3.1.6", "CVE-2025-27516"),
    "starlette": ("1.3.1", "CVE-2026-54283 (forms), CVE-2026-48710 (Host, 1.0.1), CVE-2025-62727"),
    "python-multipart": ("0.0.31", "CVE-2026-53540, CVE-2026-53537 (file names), CVE-2026-40347"),
    "h11": ("0.16.0", "CVE-2025-43859 (request smuggling)"),
    "onnx": ("1.21.0", "CVE-2026-27489, CVE-2026-34445, CVE-2026-34446 (external data)"),
    "opencv-python-headless": ("4.12.0", "CVE-2025-53644 (JPEG), CVE-2023-4863 (WebP, 4.8.1)"),
    "scikit-learn": ("1.5.0", "CVE-2024-5206"),
    "pyarrow": ("14.0.1", "CVE-2023-47248 (extension types)"),
    "torch": ("2.6.0", "CVE-2025-32434 (loading weights)"),
    "filelock": ("3.20.3", "CVE-2025-68146, CVE-2026-22701 (symbolic links)"),
}


def declared() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    texts = [*project["dependencies"], *(text for extra in extras for text in extra)]
    return [Requirement(text) for text in texts if not text.startswith("tenfold")]


def pins(file: str) -> dict[str, str]:
    """Name to version, of the lines that pin one; of several, that of this Python and system."""
    lines = re.findall(r"^([\w.-]+)==([^ \\\n;]+)([^\\\n]*)", (ROOT / file).read_text(), re.M)
    pinned: dict[str, str] = {}
    for name, version, marker in lines:
        if canonicalize_name(name) not in pinned or Requirement(name + marker).marker.evaluate():
            pinned[canonicalize_name(name)] = version
    return pinned


@pytest.mark.parametrize("name", SECURITY_FLOORS)
def test_no_version_with_a_known_hole_is_let_in(name: str) -> None:
    floor, advisory = SECURITY_FLOORS[name]
    bounds = [
        requirement.specifier
        for requirement in declared()
        if canonicalize_name(requirement.name) == name
    ]
    assert bounds
    for bound in bounds:
        (lowest,) = [Version(clause.version) for clause in bound if clause.operator == ">="]
        assert lowest >= Version(floor), advisory
    assert Version(pins("constraints.txt")[name]) >= Version(floor)


def test_what_is_declared_is_pinned_within_its_bounds() -> None:
    pinned = pins("constraints.txt")
    for requirement in declared():
        version = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), requirement


def test_everything_that_is_installed_is_pinned() -> None:
    installed = {
        canonicalize_name(package.metadata["Name"]): Version(package.version)
        for package in metadata.distributions()
    }
    if not {"torch", "schemathesis", "openvino"} <= set(installed):
        pytest.skip("not the environment of .[all,dev]")
    pinned = pins("constraints.txt")
    ours = {name: version for name, version in installed.items() if name not in NOT_OURS}
    assert not set(ours) - set(pinned), "add them to constraints.txt: make lock"
    # a build of its own, such as +cpu, is the same version
    assert {name: version.public for name, version in ours.items()} == {
        name: Version(pinned[name]).public for name in ours
    }


@pytest.mark.parametrize("file", ["base", "all"])
def test_every_pin_has_the_hashes_of_its_files(file: str) -> None:
    text = (ROOT / "requirements" / f"{file}.txt").read_text()
    blocks = re.split(r"\n(?=[A-Za-z])", text[text.index("\n\n") if "\n\n" in text else 0 :])
    pinned = [block for block in blocks if "==" in block]
    assert {canonicalize_name(block.split("==")[0]) for block in pinned} == set(
        pins(f"requirements/{file}.txt")
    )
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}\b", block) for block in pinned)
    assert pins(f"requirements/{file}.txt").items() <= pins("constraints.txt").items()


def test_the_files_with_hashes_are_whole() -> None:
    assert pins("requirements/all.txt") == pins("constraints.txt")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    base = {canonicalize_name(Requirement(text).name) for text in project["dependencies"]}
    assert base <= set(pins("requirements/base.txt"))
