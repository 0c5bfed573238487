"""The Open Inference Protocol, version 2, for one model that takes tiles.

https://github.com/kserve/open-inference-protocol, and Triton's extension for binary tensors, which
its clients use by default:
https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
"""

from __future__ import annotations

import re
from typing import Annotated, Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from tenfold.classifier import Outputs
from tenfold.digits import CLASSES, PIXELS, SIDE, Images
from tenfold.serving.gate.bodies import (
    Pixel,
    TileRows,
    decode,
    refuse_too_many_tiles,
    tiles_of_rows,
)
from tenfold.serving.gate.refusals import Refused

NAME = "tenfold"
EXTENSIONS = ("binary_tensor_data",)
HEADER_LENGTH = "inference-header-content-length"

ID_LENGTH_MAX = 1024  # characters; it comes back in the answer
OUTPUTS_BYTES_MAX = 4096  # of JSON: the two outputs with their parameters take some 200
PIXEL_BYTES_MAX = 64  # of JSON: three digits, a comma, and the indent of a nested list
NESTED = re.compile(rb"\[\s*\[")

Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]
Id = Annotated[str, msgspec.Meta(max_length=ID_LENGTH_MAX)]


class BinaryInput(msgspec.Struct):
    """Parameters of an input: the size of its data behind the JSON, where it is sent so."""

    binary_data_size: Count | None = None


class BinaryOutput(msgspec.Struct):
    """Parameters of an output: whether to send it as bytes behind the JSON."""

    binary_data: bool = False


class BinaryRequest(msgspec.Struct):
    """Parameters of a request: whether to send all outputs as bytes behind the JSON."""

    binary_data_output: bool = False


class Input(msgspec.Struct):
    """An input tensor; `data` is decoded after its length was checked."""

    name: str
    shape: tuple[Count, Count, Count]  # decoding a tuple ends at the first element too many
    datatype: str
    parameters: BinaryInput = msgspec.field(default_factory=BinaryInput)
    data: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class Output(msgspec.Struct):
    """An output that the client asks for."""

    name: str
    parameters: BinaryOutput | None = None


class InferRequest(msgspec.Struct):
    """A request of the protocol; `outputs` is decoded after its length was checked."""

    inputs: tuple[Input]
    id: Id | None = None
    parameters: BinaryRequest = msgspec.field(default_factory=BinaryRequest)
    outputs: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class AnswerOptions(NamedTuple):
    """Options that a request sets for its response."""

    id: str | None
    outputs: dict[str, bool]  # by name: whether to send it as bytes behind the JSON


_request = msgspec.json.Decoder(InferRequest)
_outputs = msgspec.json.Decoder(list[Output] | None)
_flat = msgspec.json.Decoder(list[Pixel])
_nested = msgspec.json.Decoder(list[TileRows])

TENSORS = {"probabilities": [-1, CLASSES], "is_digit": [-1]}


def metadata(version: str, reject_threshold: float) -> dict[str, Any]:
    """Metadata of the model; `reject_threshold` is our addition to those of the protocol."""
    return {
        "name": NAME,
        "versions": [version],
        "platform": "onnxruntime_onnx",
        "inputs": [{"name": "images", "datatype": "UINT8", "shape": [-1, SIDE, SIDE]}],
        "outputs": [
            {"name": name, "datatype": "FP32", "shape": shape} for name, shape in TENSORS.items()
        ],
        "parameters": {"reject_threshold": reject_threshold},
    }


def read_request(
    body: bytes, header_length: str | None, tiles_max: int
) -> tuple[AnswerOptions, Images]:
    """Decode a request: options of its response, and tiles uint8 [n, 28, 28]. Raises Refused.

    The length of each part is compared with its bound before the part is decoded.
    """
    head, tail = _split(body, header_length)
    request = decode(_request, head)
    (images,) = request.inputs
    if images.name != "images":
        raise _invalid("give one input, named 'images'")
    options = AnswerOptions(request.id, _requested_outputs(request))
    return options, _tiles(images, tail, tiles_max)


def _requested_outputs(request: InferRequest) -> dict[str, bool]:
    if len(request.outputs) > OUTPUTS_BYTES_MAX:
        raise _invalid(
            f"outputs takes {len(request.outputs):,} bytes, at most {OUTPUTS_BYTES_MAX:,}"
        )
    by_default = request.parameters.binary_data_output
    named = decode(_outputs, bytes(request.outputs)) if len(request.outputs) else None
    binary: dict[str, bool] = {}
    for output in named or [Output(name) for name in TENSORS]:
        if output.name not in TENSORS:
            raise _invalid(f"no output '{output.name[:40]}', only {' and '.join(TENSORS)}")
        if output.name in binary:
            raise _invalid(f"output '{output.name}' is asked for twice")
        binary[output.name] = output.parameters.binary_data if output.parameters else by_default
    return binary


def _split(body: bytes, header_length: str | None) -> tuple[bytes, bytes]:
    if header_length is None:
        return body, b""
    if not (header_length.isascii() and header_length.isdigit()) or len(header_length) > 12:
        raise _invalid(f"{HEADER_LENGTH} is no number")
    if int(header_length) > len(body):
        raise _invalid(f"{HEADER_LENGTH} is larger than the body")
    return body[: int(header_length)], body[int(header_length) :]


def _tiles(tensor: Input, tail: bytes, tiles_max: int) -> Images:
    count, *side = tensor.shape
    if tensor.datatype != "UINT8" or side != [SIDE, SIDE] or count < 1:
        raise _invalid(
            f"images is {tensor.datatype[:20]} {list(tensor.shape)}, expected UINT8 [n, 28, 28]"
        )
    refuse_too_many_tiles(count, tiles_max)
    if tensor.parameters.binary_data_size is not None:
        if tensor.parameters.binary_data_size != len(tail) or len(tail) != count * PIXELS:
            raise _invalid(f"{len(tail):,} bytes of binary data for {count:,} tiles of {PIXELS}")
        return np.frombuffer(tail, np.uint8).reshape(-1, SIDE, SIDE)
    images = _pixels(bytes(tensor.data).strip(), count)
    if images.size != count * PIXELS:
        raise _invalid(f"{images.size:,} pixels for {count:,} tiles of {PIXELS}")
    return images.reshape(-1, SIDE, SIDE)


def _pixels(data: bytes, count: int) -> npt.NDArray[np.uint8]:
    """Decode flat or nested JSON of `count` tiles to uint8 pixels of any shape. Raises Refused."""
    if not data:
        raise _invalid("images has no data")
    if len(data) > count * PIXELS * PIXEL_BYTES_MAX:
        raise _invalid(f"{len(data):,} bytes of data for {count:,} tiles of {PIXELS} pixels")
    if NESTED.match(data):
        return tiles_of_rows(decode(_nested, data))
    return np.frombuffer(bytes(decode(_flat, data)), np.uint8)


def _invalid(problem: str) -> Refused:
    return Refused(400, problem, hint="GET /v2/models/tenfold says what the model takes")


def encode_response(
    options: AnswerOptions, outputs: Outputs, version: str
) -> tuple[bytes, int | None]:
    """Encode a response: its body, and the length of its JSON if binary tensors follow."""
    described, tensors = [], []
    for name, binary in options.outputs.items():
        values: npt.NDArray[np.float32] = getattr(outputs, name)
        facts: dict[str, Any] = {"name": name, "datatype": "FP32", "shape": list(values.shape)}
        if binary:
            tensors.append(values.astype("<f4").tobytes())
            facts["parameters"] = {"binary_data_size": len(tensors[-1])}
        else:
            facts["data"] = values.ravel().tolist()
        described.append(facts)
    head: dict[str, Any] = {"model_name": NAME, "model_version": version, "outputs": described}
    if options.id is not None:
        head["id"] = options.id
    encoded = msgspec.json.encode(head)
    return b"".join([encoded, *tensors]), len(encoded) if tensors else None
