"""What is installed: how large the base is, what the wheel holds, what each extra is called."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
import zlib
from importlib import metadata
from pathlib import Path

import pytest

from tenfold.errors import MissingExtraError, install_command

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "tenfold"
DOWNLOAD_MB_MAX = 60
DISK_MB_MAX = 260
NOT_FOR_USERS = {"bench", "docs", "dev"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def base_files() -> list[Path]:
    """Every file of the pinned base install, and of tenfold itself."""
    names = re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / "base.txt").read_text(), re.M)
    assert len(names) >= 6
    installed = [
        Path(str(file.locate()))
        for name in names
        if name != "colorama"  # on Windows alone
        for file in metadata.distribution(name).files or ()
    ]
    own = [path for path in PACKAGE.rglob("*") if path.is_file()]
    return [path for path in [*installed, *own] if path.suffix != ".pyc" and path.is_file()]


def test_the_base_install_is_small() -> None:
    """To download it is at most what the fastest compression makes of it; wheels are smaller."""
    disk = download = 0
    for path in base_files():
        content = path.read_bytes()
        disk += len(content)
        download += len(zlib.compress(content, 1))
    assert 20e6 < download < DOWNLOAD_MB_MAX * 1e6
    assert disk < DISK_MB_MAX * 1e6


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    pytest.importorskip("hatchling", reason="needs the dev extra")
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (file,) = out.iterdir()
    assert file.name == f"tenfold-{metadata_version()}-py3-none-any.whl"
    return zipfile.ZipFile(file)


def metadata_version() -> str:
    import tenfold

    return tenfold.__version__


def test_the_wheel_holds_types_models_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert {"tenfold/py.typed", "tenfold/__init__.pyi", "tenfold/weights/mnist/model.onnx"} <= names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"tenfold"}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert sum(info.compress_size for info in wheel.infolist()) < 6e6


def test_the_bill_of_materials_names_what_the_wheel_needs(tmp_path: Path) -> None:
    pytest.importorskip("cyclonedx", reason="needs the dev extra")
    made = tmp_path / "sbom.json"
    subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", "requirements", "requirements/base.txt"]
        + ["--pyproject", "pyproject.toml", "--output-reproducible", "--output-file", str(made)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    bill = json.loads(made.read_text())
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == "tenfold"
    parts = {part["name"]: part for part in bill["components"]}
    assert {"numpy", "onnxruntime", "pillow"} <= set(parts)
    hashes = [ref["hashes"] for part in parts.values() for ref in part["externalReferences"]]
    assert all(hashes)


def test_every_extra_is_listed() -> None:
    listed = (ROOT / "docs" / "install.md").read_text()
    for extra in set(PROJECT["optional-dependencies"]) - NOT_FOR_USERS:
        assert f"pip install '.[{extra}]'" in listed, extra


@pytest.mark.parametrize(
    ("origin", "command"),
    [
        ('{"url": "file:///HERE", "dir_info": {"editable": true}}', "pip install -e 'HERE[photo]'"),
        ('{"url": "file:///HERE", "dir_info": {}}', "pip install 'HERE[photo]'"),
        (None, "pip install 'tenfold[photo]'"),
        ('{"url": "file:///no/such/place", "dir_info": {}}', None),
        ('{"url": "https://example.org/tenfold.whl"}', None),
        ("{", None),
    ],
)
def test_a_missing_extra_is_installed_from_where_tenfold_came(
    origin: str | None, command: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Distribution:
        def read_text(self, name: str) -> str | None:
            assert name == "direct_url.json"
            return origin and origin.replace("/HERE", tmp_path.as_posix())

    monkeypatch.setattr(metadata, "distribution", lambda name: Distribution())
    either = "pip install '.[photo]' in a clone, or 'WHEEL.whl[photo]'"
    wanted = command and command.replace("HERE", str(tmp_path))
    said = install_command("photo")
    assert said == wanted if wanted else said.startswith(either)
    assert str(MissingExtraError("reading", "photo")).endswith(f"hint: {said}")


def test_without_an_installation_both_ways_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    assert install_command("serve").startswith("pip install '.[serve]' in a clone")
