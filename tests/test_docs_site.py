"""The site of the documents is built without a warning, and its links lead somewhere."""

from __future__ import annotations

import html.parser
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from code_blocks import ROOT

pytestmark = pytest.mark.train  # the reference imports everything

BUILD_SECONDS = 300
# sites that documents may lead to; `make links` tries them, a test opens no connection
SITES = {
    "127.0.0.1",
    "digits.example",
    "docs.astral.sh",
    "download.pytorch.org",
    "github.com",
    "host",  # an address in an example of --help
    "pradyunsg.me",  # the theme's author, in its footer
    "www.kaggle.com",
    "www.sphinx-doc.org",
}


class Page(html.parser.HTMLParser):
    """The ids and the links of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name == "id" and value:
                self.ids.add(value)
            elif name in ("href", "src") and value and tag != "link":
                self.links.add(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("sphinx", reason="needs the docs extra")
    out = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", "-b", "html", "-c", "docs", "-W", "--keep-going", "-q"]
        + [".", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS,
        check=False,
    )
    assert built.returncode == 0, built.stderr[-4000:]
    return out


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in site.rglob("*.html") if "_static" not in path.parts}


def test_every_link_within_the_site_leads_to_a_page_and_a_heading(
    site: Path, pages: dict[Path, Page]
) -> None:
    assert len(pages) > 30
    lost = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(unquote(link))
            if parts.scheme or parts.netloc:
                continue
            file = (path.parent / parts.path).resolve() if parts.path else path
            known = pages[file].ids if file in pages else {parts.fragment}
            if not file.exists() or (parts.fragment and parts.fragment not in known):
                lost.append((path.relative_to(site), link))
    assert lost == []


def test_links_to_other_sites_are_secure_and_to_known_ones(pages: dict[Path, Page]) -> None:
    links = {link for page in pages.values() for link in page.links if urlsplit(link).scheme}
    others = {link for link in links if not link.startswith(("data:", "mailto:"))}
    hosts = {urlsplit(link).hostname for link in others}
    assert hosts <= SITES, hosts - SITES
    local = ("http://127.0.0.1", "https://")
    assert [link for link in others if not link.startswith(local)] == []


def test_every_document_is_in_the_contents() -> None:
    index = (ROOT / "docs" / "index.md").read_text()
    listed = {
        line for tree in re.findall(r"```{toctree}(.*?)```", index, re.DOTALL)
        for line in tree.splitlines()
    }  # fmt: skip
    documents = {
        path.relative_to(ROOT / "docs").with_suffix("").as_posix()
        for path in (ROOT / "docs").rglob("*.md")
    }
    assert documents - {"index"} <= listed


def test_the_reference_has_every_public_name(site: Path) -> None:
    import tenfold

    text = (site / "docs" / "reference" / "python.html").read_text()
    named = {name for name in dir(tenfold) if f'id="tenfold.{name}"' in text}
    assert set(dir(tenfold)) - named <= {"RECIPES", "__version__"}


def test_signatures_are_written_as_people_type_them(site: Path) -> None:
    text = (site / "docs" / "reference" / "python.html").read_text()
    plain = html.unescape(re.sub(r"<[^>]+>", "", text))
    assert [line for line in plain.splitlines() if "~" in line or " object>" in line] == []


def test_the_reference_has_every_verb(site: Path) -> None:
    from tenfold.cli import tenfold

    text = (site / "docs" / "reference" / "command-line.html").read_text()
    assert all(f'id="tenfold-{verb}"' in text for verb in tenfold.commands)
