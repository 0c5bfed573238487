"""Sphinx's settings: the documents as a site, `make docs`.

The source folder is the root of the repository, so that links between documents lead to the same
places in a clone and on the site.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

import tenfold  # noqa: E402

project = "tenfold"
author = "the authors of tenfold"
version = release = tenfold.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click"]

root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "bench/README.md",
    "bench/records/**.md",
    "examples/README.md",
    *("ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"),
]
suppress_warnings = ["toc.not_included"]  # records are reached by links; a test knows the others
html_extra_path = ["site/index.html"]  # of the site's root, which leads to docs/index.html
html_theme = "furo"
html_title = "tenfold"
html_static_path = ["site/static"]
html_css_files = ["wide-tables.css"]
html_show_sourcelink = False
html_copy_source = False
html_show_copyright = False

smartquotes = False  # they would make a dash of the two hyphens of an option
myst_heading_anchors = 4

napoleon_google_docstring = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True  # a default without a literal would undo the short names
autodoc_default_options = {"members": True, "undoc-members": False}
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80
default_role = "code"  # docstrings write names between single backticks


def _as_plain_text(application: Any, context: Any, lines: list[str]) -> None:
    """The help of a verb is plain text: `'days/*.csv'` begins no emphasis."""
    lines[:] = [line.replace("*", "\\*") for line in lines]


def setup(application: Any) -> None:
    for part in ("description", "epilog", "options"):
        application.connect(f"sphinx-click-process-{part}", _as_plain_text)
