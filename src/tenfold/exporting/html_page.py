"""A model as one HTML file: look, pen, framing, network and weights, and no connection out."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from importlib import resources
from string import Template
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from tenfold import __version__
from tenfold.classifier import Classifier
from tenfold.console import shell_word
from tenfold.digits import INK_BOX
from tenfold.drawing import drawing_file
from tenfold.errors import ModelError
from tenfold.exporting.lowering import lower_to_network
from tenfold.exporting.network import Network
from tenfold.framing import frame_ink
from tenfold.framing.frame import Tile
from tenfold.framing.ink import binarisation, paper, stroke
from tenfold.model_folder import ModelFolder
from tenfold.model_folder.card import measured_text
from tenfold.reading.answers.segmentation import DIGIT_MIN

PAGE_BYTES_MAX = 2_500_000
SCRIPTS = ("imaging.js", "framing.js", "network.js", "page.js")
STROKE = (
    ("WORK", "PALE", "BLUR_MAX", "PAD", "THIN", "THICK", "AIM_THIN", "AIM_THICK")
    + ("PAPER", "FULL", "SPECK")
)  # fmt: skip
MODULE_LINES = re.compile(r"^(?:import|export) (?:\{[^}]*\})(?: from \"[^\"]*\")?;\n", re.MULTILINE)


def html_page(model: ModelFolder) -> str:
    """Build the page of a model. Raises ModelError where it cannot run it or would be too large."""
    network = lower_to_network(model)
    style = _text(drawing_file("page.css")) + _static("page.css")
    script = "\n" + _without_modules(_text(drawing_file("pen.js")))
    script += "".join(_without_modules(_static(name)) for name in SCRIPTS)
    page = Template(_static("page.html")).substitute(
        policy=_policy(style, script),
        style=style,
        script=script,
        model=_embedded(model, _model_data(model, network)),
        version=model.version,
        tenfold=__version__,
        **{key: html.escape(text) for key, text in _words(model).items()},
    )
    if (size := len(page.encode())) > PAGE_BYTES_MAX:
        raise ModelError(
            f"{model.path}: its page would have {size:,} bytes, at most {PAGE_BYTES_MAX:,} are "
            "allowed",
            hint=f"serve it instead: tenfold serve --model {shell_word(model.path)}",
        )
    return page


def _words(model: ModelFolder) -> dict[str, str]:
    facts, sure = model.facts, model.reject_threshold
    return {
        "recipe": facts.recipe.name,
        "measured": measured_text(facts.measured),
        "threshold": f"Below {sure:.1%} it says that it is not sure.",
    }


def _model_data(model: ModelFolder, network: Network) -> dict[str, Any]:
    """The data for page.js: the network, framing's constants, and a tile with its answer.

    By that tile a browser checks that it computes as Python does.
    """
    tile = _check_tile()
    outputs = Classifier(model, threads=1).outputs(tile[None])
    return {
        "network": {
            "steps": network.steps,
            "sizes": network.sizes,
            "weights": network.tables,
            "outputs": network.outputs,
        },
        "weights": base64.b64encode(network.weights).decode(),
        "framing": _framing(),
        "reject_threshold": model.reject_threshold,
        "digit_min": DIGIT_MIN,
        "check": {
            "tile": tile.ravel().tolist(),
            "probabilities": outputs.probabilities[0].tolist(),
            "is_digit": float(outputs.is_digit[0]),
        },
    }


def _framing() -> dict[str, float]:
    """Framing's constants by their names, so that none is written down twice."""
    return {
        **{name: getattr(stroke, name) for name in STROKE},
        "WEAK": binarisation.WEAK,
        "STRONG": binarisation.STRONG,
        "CONTRAST_MIN": paper.CONTRAST_MIN,
        "BOX": INK_BOX,
        "INK_BOX": INK_BOX,
    }


def _check_tile() -> Tile:
    """Draw a 7 and frame it."""
    image = Image.new("L", (100, 100))
    ImageDraw.Draw(image).line([(25, 20), (75, 20), (45, 85)], fill=255, width=9)
    return frame_ink(np.asarray(image))


def _embedded(model: ModelFolder, data: Any) -> str:
    """Encode JSON for a script element: nothing in it can end the element."""
    try:
        text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    except ValueError as problem:
        raise ModelError(
            f"{model.path}: the network answers with NaN or infinity", hint="train anew"
        ) from problem
    return text.replace("<", "\\u003c")


def _policy(style: str, script: str) -> str:
    """The Content-Security-Policy: no connection, and only the page's script and style."""
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _without_modules(script: str) -> str:
    """Remove imports and exports: a page opened from a disk may import nothing."""
    return MODULE_LINES.sub("", script)


def _static(name: str) -> str:
    return _text((resources.files("tenfold.exporting") / "static" / name).read_bytes())


def _text(content: bytes) -> str:
    return content.decode().replace("\r\n", "\n")  # as a browser counts it for the digests
