"""The inference protocol: answers, and what a request may cost before it is refused."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import numpy as np
import pytest

pytest.importorskip("msgspec", reason="the serve extra is not installed")
pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from hypothesis import given, settings
from hypothesis import strategies as st

from hostile import INFER
from served import Server
from tenfold.classifier import Outputs
from tenfold.serving import inference
from tenfold.serving.gate.limits import MB
from tenfold.serving.gate.refusals import Refused

IMAGES = {"name": "images", "shape": [1, 28, 28], "datatype": "UINT8", "data": [0] * 784}

TILES_MAX = 1000

COUNT = 60_000


def request(**changes: Any) -> bytes:
    return json.dumps({"inputs": [IMAGES], **changes}).encode()


def images(**changes: Any) -> bytes:
    return request(inputs=[IMAGES | changes])


LONG = {
    "outputs": request(outputs=[{"name": "probabilities"}] * COUNT),
    "empty outputs": request(outputs=[{}] * COUNT),
    "output names": request(outputs=[{"name": "x" * COUNT}]),
    "inputs": request(inputs=[IMAGES | {"data": []}] * COUNT),
    "empty inputs": request(inputs=[{}] * COUNT),
    "shape": images(shape=[1] * 20 * COUNT),
    "nested shape": images(shape=[[[1] * 20 * COUNT]]),
    "huge shape": images(shape=[1 << 40, 28, 28]),
    "datatype": images(datatype="U" * 20 * COUNT),
    "name": images(name="i" * 20 * COUNT),
    "id": request(id="x" * 20 * COUNT),
    "flat data": images(data=[0] * 20 * COUNT),
    "nested data": images(data=[[[0] * 20 * COUNT]]),
    "many nested": images(data=[[]] * COUNT),
    "too many tiles": images(shape=[TILES_MAX + 1, 28, 28], data=[0] * 784 * (TILES_MAX + 1)),
    "binary size": images(parameters={"binary_data_size": 1 << 40}, data=[]),
    "parameters": request(parameters={f"p{i}": i for i in range(COUNT)}, outputs=[{}] * COUNT),
    "deep": b'{"parameters": ' + b'{"a":' * COUNT,
    "deep data": b'{"inputs": [{"data": ' + b"[" * COUNT,
    "digits": images(shape=[1, 28, 28]).replace(b"[1,", b"[" + b"1" * 20 * COUNT + b","),
}

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda value: st.lists(value, max_size=4) | st.dictionaries(st.text(max_size=4), value),
    max_leaves=8,
)

IMAGE_FIELDS = {
    "name": st.just("images"),
    "shape": st.lists(st.sampled_from([0, 1, 2, 28, -1, 1 << 39, 1 << 80]), max_size=4),
    "datatype": st.sampled_from(["UINT8", "FP32"]),
    "data": st.sampled_from([[0] * 784, [0] * 783, [256] * 784, [[[0] * 28] * 28], [[]], []]),
    "parameters": st.sampled_from([{}, {"binary_data_size": 784}, {"binary_data_size": -1}]),
}


def some(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of the fields, each as it may be or as anything."""
    return st.fixed_dictionaries({}, optional={k: v | VALUES for k, v in fields.items()})


REQUESTS = some(
    {
        "inputs": st.lists(some(IMAGE_FIELDS), max_size=2) | st.just([IMAGES]),
        "outputs": st.lists(some({"name": st.sampled_from(["is_digit", "digit"])}), max_size=3),
        "parameters": some({"binary_data_output": st.booleans()}),
        "id": st.text(),
    }
)


@pytest.mark.parametrize("body", LONG.values(), ids=LONG)
def test_what_is_too_long_is_refused_before_it_is_built(body: bytes):
    """A list that is built takes 8 bytes an element and more; refusing takes a few copies."""
    tracemalloc.start()
    try:
        with pytest.raises(Refused) as refused:
            inference.read_request(body, None, TILES_MAX)
        _, highest = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert highest < 2 * len(body) + 64_000
    assert len(str(refused.value)) < 300


def test_the_largest_request_that_is_taken_gets_an_answer_of_bounded_size():
    options, tiles = inference.read_request(
        images(shape=[TILES_MAX, 28, 28], data=[255] * 784 * TILES_MAX), None, TILES_MAX
    )
    assert tiles.shape == (TILES_MAX, 28, 28)
    outputs = Outputs(np.full((TILES_MAX, 10), 1 / 3, np.float32), np.full(TILES_MAX, 1 / 3, "f4"))
    body, _ = inference.encode_response(options, outputs, "version")
    assert len(body) < MB


@pytest.mark.parametrize("names", [["is_digit"], ["is_digit", "probabilities"], None])
def test_outputs_come_in_the_order_asked_for_each_once(names: list[str] | None):
    wanted = None if names is None else [{"name": name} for name in names]
    options, _ = inference.read_request(request(outputs=wanted), None, TILES_MAX)
    assert list(options.outputs) == (names or ["probabilities", "is_digit"])


def test_an_output_may_say_for_itself_whether_it_comes_as_bytes():
    outputs = [
        {"name": "is_digit", "parameters": {"binary_data": False}},
        {"name": "probabilities"},
    ]
    options, _ = inference.read_request(
        request(outputs=outputs, parameters={"binary_data_output": True}), None, TILES_MAX
    )
    assert options.outputs == {"is_digit": False, "probabilities": True}


def test_indented_data_is_taken():
    tile = np.arange(784).reshape(1, 28, 28) % 256
    body = json.dumps(json.loads(images(data=tile.tolist())), indent=4).encode()
    _, tiles = inference.read_request(body, None, TILES_MAX)
    np.testing.assert_array_equal(tiles, tile)


@given(REQUESTS, st.binary(max_size=3) | st.just(bytes(784)), st.sampled_from([None, 0, 7, -1]))
@settings(deadline=None)
def test_whatever_is_sent_is_read_or_refused(body: Any, tail: bytes, cut: int | None):
    head = json.dumps(body).encode()
    length = None if cut is None else str(len(head) + cut)
    try:
        options, tiles = inference.read_request(head + tail, length, TILES_MAX)
    except Refused as refused:
        assert refused.status in (400, 413, 422)
        assert len(refused.message) < 300
        json.dumps(refused.message).encode()
    else:
        assert (tiles.dtype, tiles.shape[1:]) == (np.uint8, (28, 28))
        assert 1 <= len(tiles) <= TILES_MAX
        assert {*options.outputs} <= {"probabilities", "is_digit"}


def infer_request(tiles: np.ndarray, **more: object) -> dict[str, object]:
    images = {"name": "images", "shape": list(tiles.shape), "datatype": "UINT8"}
    return {"inputs": [images | {"data": tiles.ravel().tolist()}], **more}


def test_the_inference_protocol_describes_the_model(server: Server):
    model = server.get("/v2/models/tenfold").json
    assert model["inputs"] == [{"name": "images", "datatype": "UINT8", "shape": [-1, 28, 28]}]
    assert [output["name"] for output in model["outputs"]] == ["probabilities", "is_digit"]
    (version,) = model["versions"]
    for path in ("/v2/health/live", "/v2/health/ready", "/v2/models/tenfold/ready", "/v2"):
        assert server.get(path).status == 200
    assert server.get(f"/v2/models/tenfold/versions/{version}/ready").status == 200


@pytest.mark.parametrize("nested", [False, True])
def test_the_inference_protocol_answers(
    server: Server, tiles: np.ndarray, expected: np.ndarray, nested: bool
):
    request = infer_request(tiles, id="mine")
    if nested:
        request["inputs"][0]["data"] = tiles.tolist()
    answer = server.post(INFER, request).json
    assert (answer["model_name"], answer["id"]) == ("tenfold", "mine")
    probabilities, is_digit = answer["outputs"]
    assert (probabilities["shape"], is_digit["shape"]) == ([12, 10], [12])
    read = np.reshape(probabilities["data"], (12, 10))
    np.testing.assert_allclose(read, expected, atol=1e-5)


def test_only_the_outputs_that_were_asked_for_come(server: Server, tiles: np.ndarray):
    answer = server.post(INFER, infer_request(tiles, outputs=[{"name": "is_digit"}]))
    assert [output["name"] for output in answer.json["outputs"]] == ["is_digit"]


def test_tensors_may_travel_as_bytes(server: Server, tiles: np.ndarray, expected: np.ndarray):
    """As Triton's clients send them."""
    request = infer_request(tiles, parameters={"binary_data_output": True})
    del request["inputs"][0]["data"]
    request["inputs"][0]["parameters"] = {"binary_data_size": tiles.size}
    head = json.dumps(request).encode()
    answer = server.post(
        INFER,
        head + tiles.tobytes(),
        "application/octet-stream",
        Inference_Header_Content_Length=str(len(head)),
    )
    length = int(answer.headers["Inference-Header-Content-Length"])
    described = json.loads(answer.body[:length])["outputs"]
    assert [output["parameters"]["binary_data_size"] for output in described] == [480, 48]
    read = np.frombuffer(answer.body[length : length + 480], "<f4").reshape(12, 10)
    np.testing.assert_allclose(read, expected, atol=1e-5)
