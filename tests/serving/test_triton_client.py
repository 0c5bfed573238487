"""Triton's own client, with its defaults: tensors travel as bytes."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")
pytest.importorskip("tritonclient.http", reason="pip install 'tritonclient[http]' is not done")

import tritonclient.http as triton

from conftest import drawn_digits
from served import serving
from tenfold.reading.reader import load


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory):
    with serving(tmp_path_factory.mktemp("server")) as server:
        client = triton.InferenceServerClient("{}:{}".format(*server.address))
        yield client
        client.close()


def test_health_and_metadata(client):
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("tenfold")
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    model = client.get_model_metadata("tenfold")
    assert model["inputs"] == [{"name": "images", "datatype": "UINT8", "shape": [-1, 28, 28]}]


@pytest.mark.parametrize("binary", [None, True, False])
@pytest.mark.parametrize("named", [False, True])
def test_inference(client, binary: bool | None, named: bool):
    """`binary`: None is what the client does when it is told nothing."""
    tiles = drawn_digits(12).images
    how = {} if binary is None else {"binary_data": binary}
    images = triton.InferInput("images", list(tiles.shape), "UINT8")
    images.set_data_from_numpy(tiles, **how)
    outputs = [triton.InferRequestedOutput(name, **how) for name in ("is_digit", "probabilities")]
    answer = client.infer("tenfold", [images], outputs=outputs if named else None)
    expected = load().classifier.outputs(tiles)
    np.testing.assert_allclose(answer.as_numpy("probabilities"), expected.probabilities, atol=1e-5)
    np.testing.assert_allclose(answer.as_numpy("is_digit"), expected.is_digit, atol=1e-5)


@pytest.mark.parametrize("compression", ["gzip", "deflate"])
def test_a_compressed_body_is_refused_with_a_word_about_it(client, compression: str):
    images = triton.InferInput("images", [1, 28, 28], "UINT8")
    images.set_data_from_numpy(np.zeros((1, 28, 28), np.uint8))
    with pytest.raises(triton.InferenceServerException, match="compressed") as refused:
        client.infer("tenfold", [images], request_compression_algorithm=compression)
    assert "415" in str(refused.value.status())
