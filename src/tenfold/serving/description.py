"""OpenAPI 3.1 description of the server, for people (/docs) and for programs (/openapi.json)."""

from __future__ import annotations

from typing import Any

from tenfold import __version__
from tenfold.reading.expected.expect import SHORT_NAMES
from tenfold.serving import inference
from tenfold.serving.gate import query
from tenfold.serving.gate.limits import Limits
from tenfold.serving.schemas import Schema, object_with, schema_of, schemas

TURN: Schema = {"enum": list(query.TURNS), "default": "auto"}
PAGE: Schema = {"type": "integer", "minimum": 1, "maximum": 9_999_999}
EXPECT: Schema = {
    "type": "array",
    "maxItems": query.EXPECT_COUNT_MAX,
    "items": {"type": "string", "maxLength": query.EXPECT_CHARACTERS_MAX},
}
SWITCH: Schema = {"type": "boolean", "default": False}
OPTIONS: dict[str, tuple[Schema, str]] = {  # of /predict, in its query or in a form
    "tiles": (SWITCH, "Also answer with the tile that the model saw of each digit"),
    "expect": (
        EXPECT,
        "What numbers in a picture look like: a regular expression (RE2) that the whole number "
        f"matches, such as [0-9]{{5}}; a range, 1..31; or one of {', '.join(SHORT_NAMES)}. "
        "Several must all hold",
    ),
    "picture": (SWITCH, "Also answer with the picture or the page as a small JPEG in base64"),
    "marks": (SWITCH, "Write the marks that stand in a number into its text: 12.50"),
    "turn": (TURN, "Degrees clockwise that make a picture upright"),
    "page": (
        PAGE,
        "The only page that is read of a document of several; the answer is then one reading",
    ),
}
PICTURES = ("image/png", "image/jpeg", "image/tiff", "application/pdf", "application/octet-stream")
ERRORS = {
    "400": "The request is broken",
    "401": "A token is missing or wrong",
    "403": "A page of another site asks",
    "408": "The request came too slowly",
    "413": "The body, the picture, or the number of tiles or pages is too large",
    "415": "The body is of another type",
    "421": "The server does not go by that name",
    "422": "What was sent cannot be read: a broken picture, a tile of another size",
    "431": "The head is too large, or what frames the body",
    "503": "Busy: no answer in time, or not ready; Retry-After says when to try again",
}


def describe(limits: Limits, *, keeps: bool, needs_token: bool) -> dict[str, Any]:
    """Describe a server with these limits, as JSON values.

    `keeps`: it stores corrections. `needs_token`: it asks for a bearer token.
    """
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
        "components": {"schemas": schemas(limits)},
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
        model: {"get": _get("The model's inputs and outputs", schema_of("Model"))},
        f"{model}/ready": {"get": _get("Whether the model answers", object_with("ready", "name"))},
        "/v2": {"get": _get("Name and version of the server", object_with("name", "version"))},
        "/v2/health/live": {"get": _get("Whether the server lives", object_with("live"))},
        "/v2/health/ready": {"get": _get("Whether it answers", object_with("ready"))},
        "/settings": {"get": _get("What the page needs to know", object_with("reject_threshold"))},
        "/metrics": {"get": _get("Meters for Prometheus", {"type": "string"}, "text/plain")},
    }


def _predict(limits: Limits) -> dict[str, Any]:
    bodies = {"application/json": {"schema": schema_of("Tiles")}}
    bodies["multipart/form-data"] = {"schema": _form()}
    picture = {"type": "string", "format": "binary", "maxLength": limits.body_bytes_max}
    bodies |= {media_type: {"schema": picture} for media_type in PICTURES}
    answer = {"oneOf": [schema_of("Reading"), schema_of("Readings"), schema_of("Digits")]}
    return {
        "summary": "Read a picture, or tiles",
        "description": "A picture by itself or in a form is framed and read as a whole; a tile is "
        "taken as it is: 28 rows of 28 pixels, ink bright on 0, framed as MNIST frames it. Of a "
        f"PDF or a TIFF of several pages, at most {limits.pages_max}, each page has a reading. "
        "A page that is not read in time has an error that says so.",
        "parameters": [
            {"name": name, "in": "query", "description": description, "schema": schema}
            for name, (schema, description) in OPTIONS.items()
        ],
        "requestBody": {"required": True, "content": bodies},
        "responses": _responses("What was read", answer, *ERRORS),
    }


def _form() -> Schema:
    """Schema of a form with a picture, whose fields may have the names of the query's options."""
    options = {name: schema for name, (schema, _) in OPTIONS.items()}
    return {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}} | options,
        "required": ["file"],
        "additionalProperties": False,
    }


def _infer() -> dict[str, Any]:
    tensors = {"type": "array", "items": {"type": "object"}}
    return {
        "summary": "Tiles by the Open Inference Protocol, version 2",
        "description": "Tensors may also follow the JSON as bytes, as Triton's clients send them.",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema_of("InferRequest")}},
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
    answer = object_with("label", "kept")
    return {
        "summary": "Keep a tile under the digit that it shows",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema_of("Correction")}},
        },
        "responses": _responses("Kept", answer, *ERRORS, status="201")
        | {"507": _error("No more are kept, or the disk is full")},
    }


def _get(summary: str, schema: Schema, media_type: str = "application/json") -> dict[str, Any]:
    errors = ("400", "401", "408", "421", "431", "503")
    responses = _responses(summary, schema, *errors, media_type=media_type)
    return {"summary": summary, "responses": responses}


def _responses(
    description: str,
    schema: Schema,
    *errors: str,
    status: str = "200",
    media_type: str = "application/json",
) -> dict[str, Any]:
    success = {"description": description, "content": {media_type: {"schema": schema}}}
    return {status: success} | {error: _error(ERRORS[error]) for error in errors}


def _error(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": schema_of("Error")}},
    }
