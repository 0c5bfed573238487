"""Muon orthogonalises filters."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train


from tenfold.training.loop.muon import (  # noqa: E402
    BF16_MIN,
    NEWTON_SCHULZ,
    NEWTON_SCHULZ_STEPS,
    MuonSGD,
    orthogonalize,
)
from tenfold.training.loop.optimizer import build_optimizer  # noqa: E402
from tenfold.training.loop.parallel import sequential_map  # noqa: E402
from tenfold.training.loop.state import TrainingState  # noqa: E402
from tiny_training import TINY  # noqa: E402


def test_muon_orthogonalizes_filters() -> None:
    filters = torch.randn(16, 8, 3, 3, generator=torch.Generator().manual_seed(0))
    values = torch.linalg.svdvals(orthogonalize(filters).reshape(16, -1))
    before = torch.linalg.svdvals(filters.reshape(16, -1))
    assert values.max() / values.min() < before.max() / before.min()
    assert values.min() > 0.5
    assert values.max() < 1.3


@pytest.mark.parametrize("shape", [(16, 8, 3, 3), (32, 2, 2, 2)])
def test_muon_steps_the_gram_matrix_as_newton_and_schulz_the_whole(shape: tuple[int, ...]) -> None:
    filters = torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    a, b, c = NEWTON_SCHULZ
    matrix = filters.permute(0, 2, 3, 1).reshape(shape[0], -1)
    matrix = matrix / matrix.norm()
    for _ in range(NEWTON_SCHULZ_STEPS):
        square = matrix @ matrix.mT
        matrix = a * matrix + (b * square + c * square @ square) @ matrix
    stepped = orthogonalize(filters).permute(0, 2, 3, 1).reshape(shape[0], -1)
    torch.testing.assert_close(stepped, matrix, rtol=1e-5, atol=1e-6)


def test_muon_in_bf16_steps_the_same_way() -> None:
    filters = torch.randn(
        64, BF16_MIN // (64 * 9) + 1, 3, 3, generator=torch.Generator().manual_seed(0)
    )
    full, short = (orthogonalize(filters, bf16=bf16).flatten() for bf16 in (False, True))
    assert not torch.equal(full, short)
    assert torch.nn.functional.cosine_similarity(full, short, dim=0) > 0.999


def test_muon_steps_filters_one_by_one_as_all_at_once() -> None:
    stepped = []
    for parallel_map in (None, sequential_map):
        network = TrainingState.initial(TINY, 0).networks[0]
        optimizer = build_optimizer(TINY, network, bf16=False)
        assert isinstance(optimizer, MuonSGD)
        for parameter in network.parameters():
            parameter.grad = torch.ones_like(parameter)
        for group in optimizer.param_groups:
            group["lr"] = 0.1
        optimizer.step(parallel_map)
        stepped.append(list(network.parameters()))
    initial = list(TrainingState.initial(TINY, 0).networks[0].parameters())
    for together, alone, before in zip(*stepped, initial, strict=True):
        assert torch.equal(together, alone)
        assert not torch.equal(together, before)
