"""FastSettings gradients are those of the plain convolution."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from torch import nn  # noqa: E402

from tenfold.training.networks.convolution import Convolution, _SideBySide, of_blocks  # noqa: E402


@pytest.mark.parametrize("n", [16, 6, 5])  # eight side by side, two, one by one
@pytest.mark.parametrize(("side", "padding"), [(7, 1), (5, 0), (3, 1)])
def test_gradients_side_by_side_are_those_of_the_plain_convolution(
    n: int, side: int, padding: int
) -> None:
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(n, 5, side, side, generator=generator, requires_grad=True)
    weight = torch.randn(3, 5, 3, 3, generator=generator, requires_grad=True)
    plain = nn.functional.conv2d(images, weight, padding=padding)
    above = torch.randn(plain.shape, generator=generator)
    ours = torch.autograd.grad(_SideBySide.apply(images, weight, padding), (images, weight), above)
    theirs = torch.autograd.grad(plain, (images, weight), above)
    for our, their in zip(ours, theirs, strict=True):
        torch.testing.assert_close(our, their, atol=1e-4, rtol=1e-5)


def test_a_product_of_blocks_is_the_plain_convolution_of_that_stride() -> None:
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(5, 3, 7, 4, generator=generator, requires_grad=True)
    weight = torch.randn(7, 3, 2, 2, generator=generator, requires_grad=True)
    above = torch.randn(5, 7, 3, 2, generator=generator)
    ours, plain = of_blocks(images, weight), nn.functional.conv2d(images, weight, stride=2)
    torch.testing.assert_close(ours, plain)
    for our, their in zip(
        torch.autograd.grad(ours, (images, weight), above),
        torch.autograd.grad(plain, (images, weight), above),
        strict=True,
    ):
        torch.testing.assert_close(our, their, atol=1e-4, rtol=1e-5)


def test_the_faster_convolution_is_used_in_bf16_training_alone() -> None:
    layer, images = Convolution(4, 4, 3, padding=1, bias=False), torch.randn(4, 4, 7, 7)
    with torch.autocast("cpu", torch.bfloat16):
        assert "SideBySide" in str(layer(images).grad_fn)
        assert "SideBySide" not in str(layer(torch.randn(4, 4, 14, 14)).grad_fn)
        assert "SideBySide" not in str(layer.eval()(images).grad_fn)
    assert "SideBySide" not in str(layer.train()(images).grad_fn)
    blocks = Convolution(4, 4, 2, 2, bias=False)
    with torch.autocast("cpu", torch.bfloat16):
        assert "Convolution" not in str(blocks(images).grad_fn)
        assert "Convolution" in str(blocks.eval()(images).grad_fn)
