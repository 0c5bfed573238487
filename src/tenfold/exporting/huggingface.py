"""A model as a repository of Hugging Face's Hub, in the layout that its tools expect.

    README.md                 the model card, with the metadata that the Hub reads (YAML)
    config.json               classes by number and by name
    preprocessor_config.json  what has to be done to images before: nothing, the graph does it
    onnx/model.onnx           the graph
    model.json, rows.bin      what tenfold knows of the model: with them it opens the folder itself

Nothing is uploaded: `hf upload NAME DIR` does that.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tenfold.digits import SIDE
from tenfold.files import write_json, write_whole
from tenfold.model_folder import CARD, ModelFolder, read_card
from tenfold.model_folder.card import HUB_GRAPH, ROWS, model_card
from tenfold.model_folder.stored_files import FACTS

CONFIG = "config.json"
PREPROCESSOR = "preprocessor_config.json"
TASK = "image-classification"
ENTRIES = (CARD, CONFIG, PREPROCESSOR, "onnx", FACTS, ROWS)

USE = """
## How to use it

```python
import numpy as np
import onnxruntime
from huggingface_hub import snapshot_download

folder = snapshot_download("NAME/OF-THIS-REPOSITORY")
session = onnxruntime.InferenceSession(f"{folder}/onnx/model.onnx")
images = np.zeros((1, 28, 28), np.uint8)  # ink bright on 0, framed as MNIST frames it
probabilities, is_digit = session.run(["probabilities", "is_digit"], {"images": images})
```

Scaling and normalisation are in the graph, so no image processor is needed. tenfold opens the
folder too: `tenfold read photo.jpg --model FOLDER` finds and frames the digits of a photo.
"""


def write_repository(model: ModelFolder, folder: Path, *, shipped: bool) -> None:
    """Write all files of the repository into `folder`. Raises OutputError, ModelError.

    shipped: whether it is a model that comes with tenfold, under tenfold's licence; the licence of
    another is its owner's to choose.
    """
    card = read_card(model)
    text = model_card(model.facts, model.seen) if card is None else card.decode("utf-8", "replace")
    matter = _yaml(metadata(model, shipped=shipped))
    write_whole(folder / CARD, f"---\n{matter}---\n\n{text.rstrip()}\n{USE}")
    write_json(folder / CONFIG, _config(model))
    write_json(folder / PREPROCESSOR, PREPROCESSING)
    write_whole(folder / HUB_GRAPH, model.graph)
    write_json(folder / FACTS, model.facts.to_json())
    if model.seen is not None:
        write_whole(folder / ROWS, model.seen.to_bytes())


def metadata(model: ModelFolder, *, shipped: bool) -> dict[str, Any]:
    """The metadata of the card, by the Hub's names; figures are those of model.json."""
    facts, measured = model.facts, model.facts.measured
    found: dict[str, Any] = {"license": "mit"} if shipped else {}
    found |= {
        "library_name": "onnx",
        "pipeline_tag": TASK,
        "tags": ["handwritten-digits", "mnist", "onnx", "tenfold"],
        "metrics": ["accuracy"],
    }
    if measured is None:
        return found
    low, high = measured.accuracy_95_low, measured.accuracy_95_high
    figure = {
        "type": "accuracy",
        "value": round(measured.accuracy, 6),
        "name": f"accuracy, n = {measured.n:,}, 95 % {low:.2%} to {high:.2%}",
    }
    result = {
        "task": {"type": TASK, "name": "handwritten digits"},
        "dataset": {"type": "handwritten-digits", "name": measured.rows},
        "metrics": [figure],
    }
    name = f"tenfold-{facts.recipe.name}"
    return {**found, "model-index": [{"name": name, "results": [result]}]}


def _config(model: ModelFolder) -> dict[str, Any]:
    labels = model.facts.labels
    return {
        "model_type": "tenfold",
        "architectures": ["TenfoldForImageClassification"],
        "image_size": SIDE,
        "num_channels": 1,
        "num_labels": len(labels),
        "id2label": {str(number): label for number, label in enumerate(labels)},
        "label2id": {label: number for number, label in enumerate(labels)},
        "temperature_in_graph": model.facts.temperature,
        "reject_threshold": model.reject_threshold,
        "onnx": {"input": "images", "outputs": ["probabilities", "is_digit"]},
    }


PREPROCESSING = {
    "do_resize": False,
    "do_rescale": False,  # uint8 goes in as it is
    "do_normalize": False,
    "do_convert_rgb": False,
    "size": {"height": SIDE, "width": SIDE},
    "input_dtype": "uint8",
    "ink": "bright on 0, in a 20 x 20 box, centre of mass in the middle",
}


def _yaml(value: dict[str, Any], indent: str = "") -> str:
    """A mapping as block YAML; texts are quoted as in JSON, which YAML takes."""
    lines = []
    for key, item in value.items():
        if isinstance(item, dict):
            lines.append(f"{indent}{key}:\n{_yaml(item, indent + '  ')}")
        elif isinstance(item, list) and item and isinstance(item[0], dict):
            blocks = [_yaml(entry, indent + "  ") for entry in item]
            listed = "".join(f"{indent}-{block[len(indent) + 1 :]}" for block in blocks)
            lines.append(f"{indent}{key}:\n{listed}")
        else:
            lines.append(f"{indent}{key}: {json.dumps(item, ensure_ascii=False)}\n")
    return "".join(lines)
