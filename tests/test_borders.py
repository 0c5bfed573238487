"""The borders of ARCHITECTURE.md, checked from outside."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from conftest import csv_text, drawn_digits

HEAVY = (
    "torch",
    "onnx",
    "matplotlib",
    "jinja2",
    "sklearn",
    "urllib3",
    "pandas",
    "openvino",
    "openvino_telemetry",
)
LAYERS = (Path(sys.executable).parent / "lint-imports").with_suffix(
    ".exe" if os.name == "nt" else ""
)

OPENED = "opened a connection"

UNREAD = ("numpy.ma", "PIL.ImageDraw", "tenfold.recipes", "tomllib")  # slow, and of no use to read
READ_ONE = f"""
import sys
from tenfold.cli import main
from tenfold.reading.opening import isolated_child
isolated_child.find("one.png")  # which `read` does in a process of its own
try:
    main(["read", "one.png"])
except SystemExit as ended:
    assert not ended.code, ended.code
print(sorted(set({UNREAD}) & set(sys.modules)), file=sys.stderr)
"""

RUN = """
import sys
from tenfold.cli import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    assert not ended.code, ended.code
loaded = sorted({name.partition(".")[0] for name in sys.modules} & set(%r))
print("loaded:", *loaded, file=sys.stderr)
"""


def loaded_by(*arguments: str, cwd: Path | None = None, before: str = "") -> set[str]:
    """Which heavy packages a command has imported by its end."""
    ended = subprocess.run(
        [sys.executable, "-c", before + RUN % (HEAVY,), *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert OPENED not in ended.stderr
    return set(ended.stderr.rsplit("loaded:", 1)[1].split())


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    (tmp_path / "test.csv").write_text(csv_text(drawn_digits(20), labelled=False))
    (tmp_path / "train.csv").write_text(csv_text(drawn_digits(60)))
    return tmp_path


def test_importing_tenfold_imports_nothing_heavy() -> None:
    code = "import sys, tenfold; assert not {'numpy', 'torch', 'onnxruntime'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["run", "--help"],
        ["predict", "test.csv", "--quiet"],
        ["evaluate", "mnist", "--data", "train.csv", "--quiet"],
        ["check", "train.csv", "--quiet"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_what_does_not_train_leaves_torch_out(arguments: list[str], inside: Path) -> None:
    assert not loaded_by(*arguments, cwd=inside) & {"torch", "onnx", "sklearn", "urllib3"}


@pytest.mark.parametrize(("before", "loaded"), [("", []), ("import numpy.ma", ["numpy.ma"])])
def test_a_drawing_is_read_without_what_is_slow_to_import(
    before: str, loaded: list[str], inside: Path
) -> None:
    pytest.importorskip("cv2", reason="the photo extra is not installed")
    picture = Image.new("L", (280, 280), 255)
    ImageDraw.Draw(picture).line([(140, 60), (140, 220)], fill=0, width=14)
    picture.save(inside / "one.png")
    ended = subprocess.run(
        [sys.executable, "-c", before + READ_ONE],
        capture_output=True,
        text=True,
        cwd=inside,
        check=True,
    )
    assert ended.stderr == f"{loaded}\n"


def test_export_reads_a_graph_without_torch(inside: Path) -> None:
    pytest.importorskip("onnx", reason="the export extra is not installed")
    pytest.importorskip("cv2", reason="the export extra is not installed")
    loaded = loaded_by("export", "pictures", "--to", "out", cwd=inside, before=NO_NETWORK)
    assert loaded & {"torch", "onnx"} == {"onnx"}


@pytest.mark.train
def test_the_check_above_can_fail() -> None:
    assert "torch" in loaded_by("--help", before="import torch\n")


def test_help_does_not_even_load_numpy() -> None:
    code = "import sys; sys.argv = ['tenfold', '--help']\ntry:\n    from tenfold.cli import main\n"
    code += "    main()\nexcept SystemExit:\n    assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


# ends the process: an exception in a thread, or in a fork as openvino makes, would go unnoticed
NO_NETWORK = f"""
import os, sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        os.write(2, b"{OPENED}")
        os._exit(99)
sys.addaudithook(refuse)
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["predict", "test.csv", "--quiet"],
        ["check", "train.csv", "--quiet"],
        pytest.param(
            ["run", "train.csv", "--recipe", "smoke", "--batch-size", "16", "--quiet"],
            marks=pytest.mark.train,
        ),
    ],
    ids=lambda arguments: arguments[0],
)
def test_only_fetch_opens_connections(arguments: list[str], inside: Path) -> None:
    loaded_by(*arguments, cwd=inside, before=NO_NETWORK)


def test_the_connection_check_can_fail(inside: Path) -> None:
    with pytest.raises(AssertionError, match=OPENED):
        loaded_by("fetch", "http://127.0.0.1:9/a.zip", "--to", "out", cwd=inside, before=NO_NETWORK)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home outside of CI, where openvino's telemetry would speak."""
    if not find_spec("openvino"):
        pytest.skip("needs the openvino extra")
    for name in ("CI", "TF_BUILD", "JENKINS_URL"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder))
    return folder


def test_openvino_opens_no_connection(inside: Path, home: Path) -> None:
    arguments = ("predict", "test.csv", "--quiet", "--engine", "openvino")
    loaded = loaded_by(*arguments, cwd=inside, before=NO_NETWORK)
    assert "openvino" in loaded
    assert "openvino_telemetry" not in loaded
    assert not list(home.iterdir())


def test_the_telemetry_check_can_fail(inside: Path, home: Path) -> None:
    with pytest.raises(AssertionError, match=OPENED):
        loaded_by("--help", cwd=inside, before=NO_NETWORK + "import openvino\n")


def test_a_small_job_loads_one_runtime(inside: Path) -> None:
    assert "openvino" not in loaded_by("predict", "test.csv", "--quiet", cwd=inside)


ROOT = Path(__file__).parents[1]
INTRUDERS = {  # a new module of a room, what it imports, and the contract that forbids it
    "evaluation/intruder.py": ("torch", "torch is imported in training alone"),
    "checks/intruder.py": ("onnx", "onnx is imported where"),
    "training/intruder.py": ("onnxruntime", "inference runtimes are imported in"),
    "serving/intruder.py": ("matplotlib", "plots and templates are made in"),
    "reading/intruder.py": ("urllib3", "connections are opened in"),
    "exporting/intruder.py": ("cv2", "OpenCV is imported where"),
    "framing/intruder.py": ("pypdfium2", "documents are opened and written in"),
    "sources/intruder.py": ("starlette", "the server's libraries are imported in"),
    "metrics/intruder.py": ("sklearn", "other tools are imported in"),
    "metrics_intruder.py": ("torch", "the rooms, top to bottom"),  # a room that no layer names
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LAYERS), "--no-cache"],
        capture_output=True,
        text=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(folder / "src"), str(folder)])},
        check=False,
    )


@pytest.mark.train
def test_the_contracts_hold() -> None:
    ended = lint(ROOT)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.train
def test_a_new_module_cannot_import_what_is_kept_elsewhere(tmp_path: Path) -> None:
    for tree in ("src", "bench"):
        for path in (ROOT / tree).rglob("*.py"):
            copied = tmp_path / path.relative_to(ROOT)
            copied.parent.mkdir(parents=True, exist_ok=True)
            copied.write_bytes(path.read_bytes())
    for module, (imported, _) in INTRUDERS.items():
        (tmp_path / "src/tenfold" / module).write_text(f"import {imported}\n")
    for name in ("muon", "step"):  # a circle of two
        path = tmp_path / f"src/tenfold/training/loop/{name}.py"
        other = {"muon": "step", "step": "muon"}[name]
        path.write_text(f"{path.read_text()}\nfrom tenfold.training.loop import {other}\n")
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    ended = lint(tmp_path)
    broken = [line for line in ended.stdout.splitlines() if "BROKEN" in line]
    for _, contract in INTRUDERS.values():
        assert any(line.startswith(contract) for line in broken), (contract, ended.stdout)
    assert any(line.startswith("no circles") for line in broken), ended.stdout
    assert ended.returncode == 1


@pytest.mark.skipif(
    "torch" in sys.modules or __import__("importlib.util").util.find_spec("torch") is not None,
    reason="the train extra is installed",
)
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run"], "the built-in sample"),
        (["train", "train.csv"], "training"),
    ],
)
def test_a_missing_extra_says_what_to_type(arguments: list[str], said: str, inside: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tenfold", *arguments],
        capture_output=True,
        text=True,
        cwd=inside,
        check=False,
    )
    assert ended.returncode == 1
    assert "[train]'" in ended.stderr
    assert ended.stderr.count("\n") == 2
