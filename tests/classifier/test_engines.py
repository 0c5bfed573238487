"""The runtimes: what they refuse, and that they agree."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from conftest import drawn_digits
from engine_needs import ENGINES, needs
from tenfold.classifier import Classifier, Engine, engines, find_model
from tenfold.classifier.engine_choice import BULK
from tenfold.classifier.engines import TELEMETRY
from tenfold.errors import MissingExtraError, ModelError, UsageError
from tenfold.model_folder import ModelFolder, write_model
from tenfold.model_folder import folder as model_folder
from tenfold.sources import Source


@pytest.fixture(scope="module", params=ENGINES)
def classifier(request: pytest.FixtureRequest) -> Classifier:
    return Classifier.load(engine=needs(request.param))


FIRST_ANSWERS = """
import sys, threading
import numpy as np
from tenfold.classifier import Classifier
classifier = Classifier.load(engine=sys.argv[1])
sys.setswitchinterval(1e-6)
together = threading.Barrier(8)
def read():
    together.wait()
    classifier.outputs(np.zeros((1, 28, 28), np.uint8))
threads = [threading.Thread(target=read) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_the_first_answers_may_be_wanted_at_once(engine: Engine) -> None:
    """openvino hung in a fifth of such programs before the engine answered once while loading."""
    command = [sys.executable, "-c", FIRST_ANSWERS, needs(engine)]
    programs = [subprocess.Popen(command) for _ in range(5)]
    try:
        assert [program.wait(timeout=300) for program in programs] == [0] * 5
    finally:
        for program in programs:
            program.kill()
            program.wait()


def test_a_signal_is_met_after_openvino_classifiers_have_gone() -> None:
    pytest.importorskip("openvino")
    code = (
        "import gc, signal; from tenfold.classifier import Classifier\n"
        "made = [Classifier.load('mnist', engine='openvino', threads=n) for n in (1, 2, 3)]\n"
        "del made[1]; del made[1]; gc.collect()\n"
        "signal.signal(signal.SIGINT, lambda *_: print('met'))\n"
        "signal.raise_signal(signal.SIGINT)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (0, "met\n")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_graph_that_the_runtime_refuses_is_a_model_error(
    monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    monkeypatch.setattr(model_folder, "check_graph", lambda content: None)
    with pytest.raises(ModelError, match=f"{engine} refuses the graph: .+") as caught:
        Classifier(ModelFolder("m", b"not onnx", {}), engine=needs(engine))
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("renamed", ["images", "is_digit"])
def test_a_graph_with_other_ends_is_refused(tmp_path: Path, engine: Engine, renamed: str) -> None:
    model = find_model("mnist")
    graph = model.graph.replace(renamed.encode(), renamed[::-1].encode())
    with pytest.raises(ModelError, match="puts other than"):
        Classifier(write_model(tmp_path, graph, model.facts), engine=needs(engine))


def test_openvino_reads_real_rows_as_onnxruntime_does(real_data: Source) -> None:
    """In fp32 or in bf16, whichever this processor has."""
    openvino = Classifier.load(engine=needs("openvino"))
    digits = real_data.training_rows()
    assert len(digits) == 42_000
    one = Classifier.load(engine="onnxruntime").predict(digits.images)
    other = openvino.predict(digits.images)
    assert (one == other).mean() >= 0.9995
    right, other_right = ((found == digits.labelled()).mean() for found in (one, other))
    assert abs(right - other_right) <= 0.0001


def test_openvino_reads_drawn_digits_as_onnxruntime_does() -> None:
    images = drawn_digits(500).images
    one = Classifier.load(engine="onnxruntime").outputs(images)
    other = Classifier.load(engine=needs("openvino")).outputs(images)
    # bf16 keeps 8 bits
    np.testing.assert_allclose(
        other.probabilities, one.probabilities, atol=0.05 if engines.cpu_has_fast_bf16() else 1e-5
    )
    np.testing.assert_allclose(other.is_digit, one.is_digit, atol=1e-5)


def test_an_unknown_engine_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="engine is 'openvivo'"):
        Classifier.load(engine="openvivo")  # type: ignore[arg-type]


def test_an_engine_that_is_not_installed_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(MissingExtraError, match=r"pip install .*\[openvino\]'"):
        Classifier.load(engine="openvino")
    assert Classifier.load(engine="auto", tiles=BULK).engine == "onnxruntime"


@pytest.mark.skipif(find_spec("openvino") is None, reason="needs the openvino extra")
def test_importing_openvino_leaves_its_converter_importable() -> None:
    Classifier.load(engine="openvino")
    assert sys.modules.get("openvino.tools.ovc", "absent") is not None


@pytest.mark.parametrize("engine", ENGINES)
def test_no_engine_leaves_an_identifier_or_a_queue_of_reports(
    tmp_path: Path, engine: Engine
) -> None:
    needs(engine)
    reading = (
        "import numpy as np, time\n"
        "from tenfold.classifier import Classifier\n"
        f"classifier = Classifier.load('mnist', engine={engine!r})\n"
        "classifier.probabilities(np.zeros((1, 28, 28), np.uint8))\n"
        "time.sleep(0.5)"
    )
    # without CI, where onnxruntime keeps quiet by itself
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    subprocess.run(
        [sys.executable, "-c", reading],
        env=environment | {"PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=tmp_path,
        check=True,
    )
    assert list(tmp_path.rglob("*")) == []


def test_telemetry_is_off_before_onnxruntime_is_imported() -> None:
    looking = (
        "import os, sys\n"
        "import tenfold.classifier.engines as engines\n"
        "assert 'onnxruntime' not in sys.modules\n"
        "class Look:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'onnxruntime':\n"
        "            print(os.environ.get(engines.TELEMETRY))\n"
        "sys.meta_path.insert(0, Look())\n"
        "from tenfold.classifier import Classifier\n"
        "Classifier.load('mnist', engine='onnxruntime')"
    )
    environment = {name: value for name, value in os.environ.items() if name != TELEMETRY}
    printed = subprocess.run(
        [sys.executable, "-c", looking],
        env=environment | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout == "1\n"
