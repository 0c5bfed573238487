"""What the server takes and answers, as OpenAPI 3.1, for people (/docs) and for programs."""

from __future__ import annotations

from typing import Any

import msgspec

from tenfold import __version__
from tenfold.serving import inference, query
from tenfold.serving.bodies import Correction, Tiles
from tenfold.serving.limits import Limits

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
    "reason": {"enum": [None, "low_confidence", "not_a_digit"]},
}
MORE_OF_DIGIT = {
    "likeliest": {"type": "integer", "minimum": 0, "maximum": 9},
    "is_digit": PROBABILITY,
    "tile": {"$ref": "#/components/schemas/Tile"},
}
ERRORS = {
    "400": "The request is broken",
    "401": "A token is missing or wrong",
    "403": "A page of another site asks",
    "408": "The request came too slowly",
    "413": "The body, the picture or the number of tiles is too large",
    "415": "The body is of another type",
    "421": "The server does not go by that name",
    "422": "What was sent cannot be read: a broken picture, a tile of another size",
    "431": "The head is too large, or what frames the body",
    "503": "Busy: no answer in time, or not ready; Retry-After says when to try again",
}


def describe(limits: Limits, *, keeps: bool, needs_token: bool) -> dict[str, Any]:
    """The description of a server with these limits, as JSON."""
    paths = _paths(limits)
    if keeps:
        paths["/corrections"] = {"post": _correct()}
    description: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "tenfold",
            "version": __version__,
            "description": "Reads handwritten digits and numbers in pictures.",
        },
        "paths": paths,
        "components": {"schemas": _schemas(limits)},
    }
    if needs_token:
        description["components"]["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"}
        }
        description["security"] = [{"bearer": []}]
    return description


def _paths(limits: Limits) -> dict[str, Any]:
    model = f"/v2/models/{inference.NAME}"
    return {
        "/predict": {"post": _predict(limits)},
        f"{model}/infer": {"post": _infer()},
        model: {"get": _get("The model's inputs and outputs", _ref("Model"))},
        f"{model}/ready": {"get": _get("Whether the model answers", _object("ready", "name"))},
        "/v2": {"get": _get("Name and version of the server", _object("name", "version"))},
        "/v2/health/live": {"get": _get("Whether the server lives", _object("live"))},
        "/v2/health/ready": {"get": _get("Whether it answers", _object("ready"))},
        "/settings": {"get": _get("What the page needs to know", _object("reject_threshold"))},
        "/metrics": {"get": _get("Meters for Prometheus", {"type": "string"}, "text/plain")},
    }


def _predict(limits: Limits) -> dict[str, Any]:
    picture = {"type": "string", "format": "binary", "maxLength": limits.body_bytes_max}
    expect = {
        "name": "expect",
        "in": "query",
        "description": "What numbers in a picture look like: a regular expression (RE2) that the "
        "whole number matches, such as [0-9]{5}; a range, 1..31; or luhn. Several must all hold",
        "schema": {
            "type": "array",
            "maxItems": query.EXPECT_COUNT_MAX,
            "items": {"type": "string", "maxLength": query.EXPECT_CHARACTERS_MAX},
        },
    }
    form = {
        "type": "object",
        "properties": {
            "file": {"type": "string", "format": "binary"},
            "expect": expect["schema"],
            "tiles": {"type": "boolean", "default": False},
        },
        "required": ["file"],
        "additionalProperties": False,
    }
    return {
        "summary": "Read a picture, or tiles",
        "description": "A picture by itself or in a form is framed and read as a whole; a tile is "
        "taken as it is: 28 rows of 28 pixels, ink bright on 0, framed as MNIST frames it.",
        "parameters": [
            {
                "name": "tiles",
                "in": "query",
                "description": "Also answer with the tile that the model saw of each digit",
                "schema": {"type": "boolean", "default": False},
            },
            expect,
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": _ref("Tiles")},
                "multipart/form-data": {"schema": form},
                "image/png": {"schema": picture},
                "image/jpeg": {"schema": picture},
                "application/octet-stream": {"schema": picture},
            },
        },
        "responses": _responses(
            "What was read", {"oneOf": [_ref("Reading"), _ref("Digits")]}, *ERRORS
        ),
    }


def _infer() -> dict[str, Any]:
    tensors = {"type": "array", "items": {"type": "object"}}
    return {
        "summary": "Tiles by the Open Inference Protocol, version 2",
        "description": "Tensors may also follow the JSON as bytes, as Triton's clients send them.",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _ref("InferRequest")}},
        },
        "responses": _responses(
            "Probabilities, and whether each tile shows a digit",
            {
                "type": "object",
                "properties": {"model_name": {"const": inference.NAME}, "outputs": tensors},
                "required": ["model_name", "model_version", "outputs"],
            },
            *ERRORS,
        ),
    }


def _correct() -> dict[str, Any]:
    answer = _object("label", "kept")
    return {
        "summary": "Keep a tile under the digit that it shows",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _ref("Correction")}},
        },
        "responses": _responses("Kept", answer, *ERRORS, status="201")
        | {"507": _error("No more are kept, or the disk is full")},
    }


def _get(summary: str, schema: Schema, media_type: str = "application/json") -> dict[str, Any]:
    errors = ("400", "401", "408", "421", "431", "503")
    responses = _responses(summary, schema, *errors, media_type=media_type)
    return {"summary": summary, "responses": responses}


def _responses(
    what: str,
    schema: Schema,
    *errors: str,
    status: str = "200",
    media_type: str = "application/json",
) -> dict[str, Any]:
    right = {"description": what, "content": {media_type: {"schema": schema}}}
    return {status: right} | {error: _error(ERRORS[error]) for error in errors}


def _error(what: str) -> dict[str, Any]:
    return {"description": what, "content": {"application/json": {"schema": _ref("Error")}}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(*required: str) -> Schema:
    return {"type": "object", "required": list(required)}


def _closed(properties: dict[str, Any], optional: dict[str, Any] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": properties | (optional or {}),
        "required": list(properties),
        "additionalProperties": False,
    }


def _schemas(limits: Limits) -> dict[str, Any]:
    _, schemas = msgspec.json.schema_components(
        [Tiles, Correction], ref_template="#/components/schemas/{name}"
    )
    schemas["Tiles"]["properties"]["images"]["maxItems"] = limits.tiles_max
    schemas["Tile"] = schemas["Correction"]["properties"]["tile"]
    digits = {"type": "array", "items": _ref("Digit")}
    number = {"text": {"type": "string"}, "probability": PROBABILITY, "digits": digits}
    return schemas | {
        "Error": _closed({"error": {"type": "string"}, "hint": {"type": "string"}}),
        "Digit": _closed(DIGIT, MORE_OF_DIGIT),
        "Digits": _closed({"digits": digits}),
        "Number": _closed(number),
        "Reading": _closed(
            {
                "file": {"type": "string"},
                "text": {"type": "string", "description": "a space parts numbers, / parts rows"},
                "rows": {"type": "array", "items": {"type": "array", "items": _ref("Number")}},
                "reason": {"enum": [None, "blank", "no_digits", "too_much_text"]},
                "notes": TEXTS,
                "error": {"type": ["string", "null"]},
            },
            {"width": {"type": "integer"}, "height": {"type": "integer"}},
        ),
        "Model": _object("name", "versions", "platform", "inputs", "outputs"),
        "InferRequest": _infer_request(),
    }


def _infer_request() -> Schema:
    """Narrower than what is taken: one tile, as a flat list."""
    image = {
        "type": "object",
        "properties": {
            "name": {"const": "images"},
            "shape": {"const": [1, 28, 28]},
            "datatype": {"const": "UINT8"},
            "data": {
                "type": "array",
                "items": {"type": "integer", "minimum": 0, "maximum": 255},
                "minItems": inference.PIXELS,
                "maxItems": inference.PIXELS,
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
