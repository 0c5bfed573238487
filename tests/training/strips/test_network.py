"""The network that reads a strip."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.framing.strip import STRIP_HEIGHT, STRIP_WIDTH_STEP  # noqa: E402
from tenfold.training.strips.network import (  # noqa: E402
    CLASSES,
    COLUMN,
    FRAME,
    SIDES,
    StripNetwork,
    to_inputs,
)


@pytest.mark.parametrize("width", [16, 64, 320])
def test_there_is_a_frame_for_two_columns_of_any_width(width: int) -> None:
    torch.manual_seed(0)
    strips = torch.randint(0, 256, (2, STRIP_HEIGHT, width), dtype=torch.uint8)
    with torch.no_grad():
        logits, sides = StripNetwork((4, 4, 4, 4)).eval()(to_inputs(strips))
    assert logits.shape == (2, width // FRAME, CLASSES)
    assert sides.shape == (2, width // FRAME, SIDES)


def test_the_stride_divides_each_width_of_a_strip() -> None:
    assert STRIP_WIDTH_STEP % COLUMN == 0


def test_frames_are_in_the_order_of_their_columns() -> None:
    """A change at the right end of a long strip leaves the answers at its left end."""
    torch.manual_seed(0)
    network = StripNetwork((4, 4, 4, 4)).eval()
    strip = torch.zeros(1, STRIP_HEIGHT, 512, dtype=torch.uint8)
    changed = strip.clone()
    changed[:, :, -16:] = 255
    with torch.no_grad():
        before, after = (network(to_inputs(s))[0][0] for s in (strip, changed))
    differing = (before - after).abs().amax(dim=1) > 1e-6
    assert not differing[:64].any()
    assert differing[-16:].any()


def test_levels_become_shares() -> None:
    inputs = to_inputs(torch.tensor([[[0, 255]]], dtype=torch.uint8))
    assert inputs.shape == (1, 1, 1, 2)
    assert inputs.flatten().tolist() == [0, 1]
