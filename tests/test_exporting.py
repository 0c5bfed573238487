"""tenfold export, as far as it shows without a browser; test_exported_page.py opens the page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import MODEL_FACTS
from tenfold import graph
from tenfold.classifier import find_model
from tenfold.cli import main
from tenfold.errors import MissingExtraError, ModelError, OutputError
from tenfold.exporting import export_model
from tenfold.model_folder import open_model, write_model

onnx = pytest.importorskip("onnx", reason="the export extra is not installed")
pytest.importorskip("cv2", reason="the export extra is not installed")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from tenfold.exporting import export, html_page, operators  # noqa: E402


class Elements(HTMLParser):
    """What a browser sees of a page: its elements' attributes, and the texts inside some."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._inside = dict(attrs).get("type") or tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        self.texts[self._inside] = self.texts.get(self._inside, "") + data


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("page") / "out"
    export_model("pictures", folder)
    return (folder / "index.html").read_text()


def small_model(folder: Path, nodes: list[Any], weights: dict[str, Any], **facts: Any) -> Path:
    """A model folder around some nodes, from `images` to `logits` [n, 10]."""
    ends = [
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
        helper.make_node("Constant", [], ["ten"], value=numpy_helper.from_array(np.array(0))),
        helper.make_node("Gather", ["probabilities", "ten"], ["first"], axis=1),
        helper.make_node("Shape", ["first"], ["n"]),
        helper.make_node(
            "ConstantOfShape", ["n"], ["is_digit"],
            value=numpy_helper.from_array(np.ones(1, np.float32)),
        ),
    ]  # fmt: skip
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [*nodes, *ends],
        "small",
        [value("images", TensorProto.UINT8, ["n", 28, 28])],
        [
            value("probabilities", TensorProto.FLOAT, ["n", 10]),
            value("is_digit", TensorProto.FLOAT, ["n"]),
        ],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    folder.mkdir()
    write_model(folder, model.SerializeToString(), {**MODEL_FACTS, **facts})
    return folder


def linear(middle: list[Any] | None = None) -> tuple[list[Any], dict[str, Any]]:
    """The smallest model: flatten and multiply."""
    rng = np.random.default_rng(0)
    nodes = [
        helper.make_node("Cast", ["images"], ["levels"], to=TensorProto.FLOAT),
        helper.make_node("Flatten", ["levels"], ["flat"], axis=1),
        *(middle or [helper.make_node("Identity", ["flat"], ["middle"])]),
        helper.make_node("Gemm", ["middle", "weight", "bias"], ["logits"], transB=1),
    ]
    weight = rng.normal(0, 1e-3, (10, 784)).astype(np.float32)
    return nodes, {"weight": weight, "bias": np.zeros(10, np.float32)}


# ---------------------------------------------------------------- the page as a file


def test_the_page_names_nothing_that_a_browser_would_fetch(exported: str) -> None:
    found = Elements(exported).found
    links = [(tag, link) for tag, a in found for key in ("src", "href") if (link := a.get(key))]
    assert [tag for tag, link in links if not link.startswith("data:")] == []
    assert "url(" not in exported
    assert "@import" not in exported
    assert not re.search(r"^import\b", exported, re.MULTILINE)


def test_its_policy_allows_no_connection_and_its_own_two_texts_alone(exported: str) -> None:
    elements = Elements(exported)
    (policy,) = [a["content"] for _, a in elements.found if a.get("http-equiv")]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert set(rules) == {
        "default-src", "script-src", "style-src", "img-src", "base-uri", "form-action",
    }  # fmt: skip
    for rule, name in (("script-src", "module"), ("style-src", "style")):
        digest = hashlib.sha256(elements.texts[name].encode()).digest()
        assert rules[rule] == f"'sha256-{base64.b64encode(digest).decode()}'"


def test_the_pages_that_ship_are_small(exported: str, tmp_path: Path) -> None:
    assert len(exported.encode()) < html_page.PAGE_BYTES_MAX
    assert export_model("mnist", tmp_path / "rows").size_bytes < html_page.PAGE_BYTES_MAX


def test_it_says_how_good_the_model_was_measured_to_be(exported: str) -> None:
    measured = find_model("pictures").facts["measured"]
    assert f"Accuracy {measured['accuracy']:.2%} on {measured['rows']}" in exported


def test_text_of_a_model_stays_text(tmp_path: Path) -> None:
    recipe = {**MODEL_FACTS["recipe"], "name": "<script>alert(1)</script>"}
    measured = {
        "accuracy": 0.9, "n": 40, "accuracy_95_low": 0.8, "accuracy_95_high": 0.95, "ece": 0.1,
        "rows": "</p><img src=x onerror=alert(2)>", "note": "$script",
    }  # fmt: skip
    model = small_model(tmp_path / "model", *linear(), recipe=recipe, measured=measured)
    export_model(model, tmp_path / "out")
    elements = Elements((tmp_path / "out" / "index.html").read_text())
    assert [tag for tag, _ in elements.found if tag == "img"] == []
    assert [tag for tag, _ in elements.found].count("script") == 2
    assert "$script" in elements.texts["p"]


# ---------------------------------------------------------------- what is refused


def test_a_network_that_the_page_has_no_way_to_run_is_refused(tmp_path: Path) -> None:
    middle = [
        helper.make_node("Relu", ["flat"], ["positive"]),
        helper.make_node("Mul", ["flat", "positive"], ["middle"]),
    ]
    model = small_model(tmp_path / "model", *linear(middle))
    with pytest.raises(ModelError, match=r"model\.onnx: .* a product of these shapes") as refused:
        export_model(model, tmp_path / "out")
    assert "tenfold serve" in refused.value.hint
    assert not (tmp_path / "out").exists()


def test_the_page_has_the_operators_that_a_model_may_have() -> None:
    assert set(operators.OPERATORS) == set(graph.OPERATORS)


def test_a_network_of_nans_is_refused(tmp_path: Path) -> None:
    nodes, weights = linear()
    model = small_model(tmp_path / "model", nodes, {**weights, "bias": np.full(10, np.nan, "f4")})
    with pytest.raises(ModelError, match="NaN"):
        export_model(model, tmp_path / "out")


def test_a_model_that_is_too_large_is_refused_with_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html_page, "PAGE_BYTES_MAX", 100_000)
    with pytest.raises(ModelError, match=r"would have 1,\d{3},\d{3} bytes, at most 100,000"):
        export_model("pictures", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_measured_facts_of_another_shape_are_named(tmp_path: Path) -> None:
    model = small_model(tmp_path / "model", *linear())
    facts = json.loads((model / "model.json").read_text())
    (model / "model.json").write_text(json.dumps({**facts, "measured": {"accuracy": "good"}}))
    with pytest.raises(ModelError, match=r"model\.json has .*: measured"):
        export_model(model, tmp_path / "out")


def test_a_missing_extra_says_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="exporting a page") as missing:
        export_model("pictures", tmp_path / "out")
    assert "tenfold[export]" in missing.value.hint
    assert export_model("pictures", tmp_path / "out", format="onnx").files  # needs neither


# ---------------------------------------------------------------- files


def test_onnx_is_a_model_folder_with_the_same_graph(tmp_path: Path) -> None:
    exported = export_model("pictures", tmp_path / "out", format="onnx")
    assert exported.files == ("README.md", "model.json", "model.onnx", "rows.bin")
    assert open_model(tmp_path / "out").version == find_model("pictures").version == exported.model


def test_nothing_is_replaced_without_force_and_nothing_foreign_with_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_model("pictures", out, format="onnx")
    with pytest.raises(OutputError, match="exists already"):
        export_model("pictures", out)
    export_model("pictures", out, force=True)
    assert [file.name for file in out.iterdir()] == ["index.html"]
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"thesis\.txt"):
        export_model("pictures", out, force=True)
    assert (out / "thesis.txt").read_text() == "mine"


def test_a_model_is_never_exported_over_itself(tmp_path: Path) -> None:
    model = small_model(tmp_path / "model", *linear())
    with pytest.raises(OutputError, match="is the model itself"):
        export_model(model, model, force=True)
    assert open_model(model).version


def test_the_command_answers_in_lines_and_in_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page_at = str(tmp_path / "a")
    for arguments, code in (
        (["export", "pictures", "--to", page_at], 0),
        (["export", "pictures", "--to", str(tmp_path / "b"), "--format", "onnx", "--json"], 0),
        (["export", "pictures", "--to", page_at], 2),
        (["export", "pictures", "--to", page_at, "--format", "gif"], 1),
        (["export", "nothing", "--to", str(tmp_path / "c")], 2),
    ):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == code
        said = capsys.readouterr()
        if arguments[-1] == "--json":
            assert json.loads(said.out)["files"] == [
                "README.md",
                "model.json",
                "model.onnx",
                "rows.bin",
            ]
        elif code == 0:
            assert said.out == f"{tmp_path / 'a' / 'index.html'}\n"
        else:
            assert said.out == ""
