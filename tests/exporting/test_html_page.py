"""The exported page without a browser; test_html_page_in_browser.py opens it in one."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from conftest import MODEL_FACTS
from tenfold.classifier import find_model
from tenfold.cli import main
from tenfold.errors import ModelError
from tenfold.exporting import export

onnx = pytest.importorskip("onnx", reason="the export extra is not installed")
pytest.importorskip("cv2", reason="the export extra is not installed")

from small_networks import linear, small_model  # noqa: E402
from tenfold.exporting import html_page  # noqa: E402


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
    export("pictures", folder)
    return (folder / "index.html").read_text()


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
    assert export("mnist", tmp_path / "rows").size_bytes < html_page.PAGE_BYTES_MAX


def test_it_says_how_good_the_model_was_measured_to_be(exported: str) -> None:
    measured = find_model("pictures").facts.measured
    assert measured is not None
    assert f"Accuracy {measured.accuracy:.2%} on {measured.rows}" in exported


def test_text_of_a_model_stays_text(tmp_path: Path) -> None:
    recipe = {**MODEL_FACTS["recipe"], "name": "<script>alert(1)</script>"}
    measured = {
        "accuracy": 0.9, "n": 40, "accuracy_95_low": 0.8, "accuracy_95_high": 0.95, "ece": 0.1,
        "rows": "</p><img src=x onerror=alert(2)>", "note": "$script",
    }  # fmt: skip
    model = small_model(tmp_path / "model", *linear(), recipe=recipe, measured=measured)
    export(model, tmp_path / "out")
    elements = Elements((tmp_path / "out" / "index.html").read_text())
    assert [tag for tag, _ in elements.found if tag == "img"] == []
    assert [tag for tag, _ in elements.found].count("script") == 2
    assert "$script" in elements.texts["p"]


def test_a_model_that_is_too_large_is_refused_with_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html_page, "PAGE_BYTES_MAX", 100_000)
    with pytest.raises(ModelError, match=r"would have 1,\d{3},\d{3} bytes, at most 100,000"):
        export("pictures", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


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
