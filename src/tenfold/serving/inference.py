"""The Open Inference Protocol, version 2, for one model that takes tiles.

https://github.com/kserve/open-inference-protocol, and Triton's extension for binary tensors, which
its clients use unless told otherwise:
https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import numpy as np
import numpy.typing as npt

from tenfold.classifier import Outputs
from tenfold.digits import CLASSES, SIDE, Images
from tenfold.serving.bodies import Pixel, TileRows, decode, pixels
from tenfold.serving.refusals import Refused

NAME = "tenfold"
EXTENSIONS = ("binary_tensor_data",)
HEADER_LENGTH = "inference-header-content-length"
PIXELS = SIDE * SIDE

Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]


class BinaryInput(msgspec.Struct):
    binary_data_size: Count | None = None


class BinaryOutput(msgspec.Struct):
    binary_data: bool = False


class BinaryRequest(msgspec.Struct):
    binary_data_output: bool = False


class Input(msgspec.Struct):
    name: str
    shape: list[Count]
    datatype: str
    parameters: BinaryInput = msgspec.field(default_factory=BinaryInput)
    data: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class Output(msgspec.Struct):
    name: str
    parameters: BinaryOutput | None = None


class InferRequest(msgspec.Struct):
    inputs: list[Input]
    id: str | None = None
    parameters: BinaryRequest = msgspec.field(default_factory=BinaryRequest)
    outputs: list[Output] | None = None


_request = msgspec.json.Decoder(InferRequest)
_flat = msgspec.json.Decoder(list[Pixel])
_nested = msgspec.json.Decoder(list[TileRows])

TENSORS = {"probabilities": [-1, CLASSES], "is_digit": [-1]}


def metadata(version: str, reject_threshold: float) -> dict[str, Any]:
    """Of the model; `reject_threshold` is ours, beside what the protocol asks for."""
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


def read_request(body: bytes, header_length: str | None) -> tuple[InferRequest, Images]:
    """The request and its tiles, uint8 [n, 28, 28]. Raises Refused."""
    head, tail = _split(body, header_length)
    request = decode(_request, head)
    if len(request.inputs) != 1 or request.inputs[0].name != "images":
        raise _unfit("give one input, named 'images'")
    for output in request.outputs or ():
        if output.name not in TENSORS:
            raise _unfit(f"no output '{output.name[:40]}', only {' and '.join(TENSORS)}")
    return request, _tiles(request.inputs[0], tail)


def _split(body: bytes, header_length: str | None) -> tuple[bytes, bytes]:
    if header_length is None:
        return body, b""
    if not (header_length.isascii() and header_length.isdigit()) or len(header_length) > 12:
        raise _unfit(f"{HEADER_LENGTH} is no number")
    if int(header_length) > len(body):
        raise _unfit(f"{HEADER_LENGTH} is larger than the body")
    return body[: int(header_length)], body[int(header_length) :]


def _tiles(given: Input, tail: bytes) -> Images:
    if given.datatype != "UINT8" or given.shape[1:] != [SIDE, SIDE] or given.shape[0] < 1:
        raise _unfit(
            f"images is {given.datatype[:20]} {given.shape[:5]}, expected UINT8 [n, 28, 28]"
        )
    count = given.shape[0]
    if given.parameters.binary_data_size is not None:
        if given.parameters.binary_data_size != len(tail) or len(tail) != count * PIXELS:
            raise _unfit(f"{len(tail):,} bytes of binary data for {count:,} tiles of {PIXELS}")
        return np.frombuffer(tail, np.uint8).reshape(-1, SIDE, SIDE)
    data = bytes(given.data).strip()
    if data.startswith(b"[["):
        images = pixels(decode(_nested, data))
    elif data:
        images = np.frombuffer(bytes(decode(_flat, data)), np.uint8)
    else:
        raise _unfit("images has no data")
    if images.size != count * PIXELS:
        raise _unfit(f"{images.size:,} pixels for {count:,} tiles of {PIXELS}")
    return images.reshape(-1, SIDE, SIDE)


def _unfit(problem: str) -> Refused:
    return Refused(400, problem, hint="GET /v2/models/tenfold says what the model takes")


def answer(request: InferRequest, outputs: Outputs, version: str) -> tuple[bytes, int | None]:
    """The body, and where its JSON ends if binary tensors follow."""
    wanted = request.outputs or [Output(name) for name in TENSORS]
    described, tensors = [], []
    for output in wanted:
        values: npt.NDArray[np.float32] = getattr(outputs, output.name)
        facts: dict[str, Any] = {
            "name": output.name,
            "datatype": "FP32",
            "shape": list(values.shape),
        }
        by_default = request.parameters.binary_data_output
        if output.parameters.binary_data if output.parameters else by_default:
            tensors.append(values.astype("<f4").tobytes())
            facts["parameters"] = {"binary_data_size": len(tensors[-1])}
        else:
            facts["data"] = values.ravel().tolist()
        described.append(facts)
    head: dict[str, Any] = {"model_name": NAME, "model_version": version, "outputs": described}
    if request.id is not None:
        head["id"] = request.id
    encoded = msgspec.json.encode(head)
    return b"".join([encoded, *tensors]), len(encoded) if tensors else None
