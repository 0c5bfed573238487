"""JSON schemas of what the server accepts and sends, for its OpenAPI description."""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from tenfold.digits import PIXELS
from tenfold.reading.answers.number import RejectReason
from tenfold.reading.detections import PlaceInGrid
from tenfold.reading.strings.symbols import MARKS
from tenfold.serving import inference
from tenfold.serving.gate.bodies import Correction, Tiles
from tenfold.serving.gate.limits import Limits

Schema = dict[str, Any]

PROBABILITY: Schema = {"type": "number", "minimum": 0, "maximum": 1}
PROBABILITIES: Schema = {"type": "array", "items": PROBABILITY, "minItems": 10, "maxItems": 10}
TEXTS: Schema = {"type": "array", "items": {"type": "string"}}
DIGIT = {
    "digit": {"type": ["integer", "null"], "description": "null where it is not sure"},
    "probability": PROBABILITY,
    "probabilities": PROBABILITIES,
    "box": {
        "type": "array",
        "items": {"type": "integer"},
        "minItems": 4,
        "maxItems": 4,
        "description": "left, top, right, bottom, in pixels",
    },
    "reason": {"enum": [None, *get_args(RejectReason)]},
    "notes": TEXTS,
}
MARK = {
    "mark": {"enum": list(MARKS)},
    "after": {"type": "integer", "minimum": 0, "description": "how many digits before it"},
    "box": DIGIT["box"],
}
PLACE = {name: {"type": "integer", "minimum": 0} for name in PlaceInGrid._fields}
CELL = {  # the box or cell in which a digit stands, where there is one
    "cell": {
        "type": "object",
        "properties": PLACE,
        "required": list(PLACE),
        "additionalProperties": False,
    }
}
TILE_OF_DIGIT = {
    "likeliest": {"type": "integer", "minimum": 0, "maximum": 9},
    "is_digit": PROBABILITY,
    "tile": {"$ref": "#/components/schemas/Tile"},
}


def schemas(limits: Limits) -> dict[str, Any]:
    """Schemas by name, with the limits of a server."""
    _, components = msgspec.json.schema_components(
        [Tiles, Correction], ref_template="#/components/schemas/{name}"
    )
    components["Tiles"]["properties"]["images"]["maxItems"] = limits.tiles_max
    components["Tile"] = components["Correction"]["properties"]["tile"]
    digits = {"type": "array", "items": schema_of("Digit")}
    readings = {"type": "array", "items": schema_of("Reading")}
    return components | {
        "Error": _closed({"error": {"type": "string"}, "hint": {"type": "string"}}),
        "Digit": _closed(DIGIT, CELL | TILE_OF_DIGIT),
        "Mark": _closed(MARK),
        "Cell": _closed(PLACE | {"box": DIGIT["box"], "empty": {"type": "boolean"}}),
        "Digits": _closed({"digits": digits}),
        "Number": _closed(_number(digits)),
        "Reading": _reading(),
        "Readings": _closed({"file": {"type": "string"}, "readings": readings}),
        "Model": object_with("name", "versions", "platform", "inputs", "outputs"),
        "InferRequest": _infer_request(),
    }


def _number(digits: Schema) -> dict[str, Any]:
    """Properties of a number in a picture."""
    alternative = _closed({"text": {"type": "string"}, "probability": PROBABILITY})
    return {
        "text": {"type": "string"},
        "written": {"type": "string", "description": "with marks: . , - / : ="},
        "likeliest": {"type": "string"},
        "probability": PROBABILITY,
        "alternatives": {"type": "array", "items": alternative},
        "reason": {
            "enum": [None, *get_args(RejectReason), "unexpected"],
            "description": "why it is not sure",
        },
        "box": DIGIT["box"],
        "digits": digits,
        "marks": {"type": "array", "items": schema_of("Mark")},
    }


def _reading() -> Schema:
    """Schema of what was read in a picture or a page."""
    rows = {"type": "array", "items": {"type": "array", "items": schema_of("Number")}}
    return _closed(
        {
            "file": {"type": "string"},
            "page": {"type": ["integer", "null"], "description": "counts from 1"},
            "pages": {"type": "integer", "minimum": 1},
            "text": {
                "type": "string",
                "description": "a space separates numbers, / separates rows",
            },
            "rows": rows,
            "reason": {"enum": [None, "blank", "no_digits", "too_much_text"]},
            "turn": {
                "enum": [0, 90, 180, 270],
                "description": "degrees by which it was turned clockwise to be read",
            },
            "cells": {"type": "array", "items": schema_of("Cell")},
            "notes": TEXTS,
            "error": {"type": ["string", "null"]},
        },
        {
            "width": {"type": "integer"},
            "height": {"type": "integer"},
            "picture": {"type": "string", "contentEncoding": "base64"},
        },
    )


def _infer_request() -> Schema:
    """Schema of requests with one tile as a flat list; the server accepts more forms than this."""
    image = {
        "type": "object",
        "properties": {
            "name": {"const": "images"},
            "shape": {"const": [1, 28, 28]},
            "datatype": {"const": "UINT8"},
            "data": {
                "type": "array",
                "items": {"type": "integer", "minimum": 0, "maximum": 255},
                "minItems": PIXELS,
                "maxItems": PIXELS,
            },
        },
        "required": ["name", "shape", "datatype", "data"],
    }
    return {
        "type": "object",
        "properties": {
            "id": {"type": "string", "maxLength": inference.ID_LENGTH_MAX},
            "inputs": {"type": "array", "items": image, "minItems": 1, "maxItems": 1},
        },
        "required": ["inputs"],
    }


def _closed(properties: dict[str, Any], optional: dict[str, Any] | None = None) -> Schema:
    """Schema of an object that has these properties, perhaps the optional ones, and no others."""
    return {
        "type": "object",
        "properties": properties | (optional or {}),
        "required": list(properties),
        "additionalProperties": False,
    }


def schema_of(name: str) -> Schema:
    """Reference to the schema of that name."""
    return {"$ref": f"#/components/schemas/{name}"}


def object_with(*required: str) -> Schema:
    """Schema of an object that has at least these properties."""
    return {"type": "object", "required": list(required)}
