"""Choice of device and precision: bf16 only where it is fast and agrees with fp32."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from tenfold.environment import cpu_has_fast_bf16
from tenfold.errors import UsageError
from tenfold.recipes import Recipe
from tenfold.training.loop.parallel import Parallelism

AGREEMENT = 0.95  # cosine of the two gradients; 0.987 to 0.993 measured where bf16 works
PROBE_IMAGES = 64


@dataclass(frozen=True)
class Hardware:
    """The device of a training, whether it computes in bf16, and the parallelism of its steps where
    a measurement has chosen it (`speed_trial`)."""

    device: torch.device
    bf16: bool
    parallelism: Parallelism | None = None

    def autocast(self) -> contextlib.AbstractContextManager[object]:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16)

    def describe(self) -> dict[str, str | int | list[int] | None]:
        ways = self.parallelism
        name = torch.cuda.get_device_name(self.device) if self.device.type == "cuda" else "cpu"
        return {
            "device": name,
            "precision": "bf16" if self.bf16 else "fp32",
            "training_threads": torch.get_num_threads(),
            "lanes": None if ways is None else [ways.count, ways.threads],
        }


@dataclass(frozen=True)
class FastSettings:
    """The settings that are fastest on this machine: the precision that "auto" takes, and the
    parallelism. None: chosen by the processor, and by the number of threads."""

    precision: str | None = None
    parallelism: Parallelism | None = None


BY_PROCESSOR = FastSettings()


@contextlib.contextmanager
def denormals_flushed() -> Iterator[None]:
    """Treat denormals, which slow convolutions 5 to 40 times, as 0 during the block.

    Enter it before torch starts its threads, which keep the setting that they start with. The
    caller's thread has denormals again afterwards.
    """
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def choose_hardware(
    recipe: Recipe, network: nn.Module, faster: FastSettings = BY_PROCESSOR
) -> Hardware:
    """CUDA if there is one, else the CPU; bf16 as `recipe.precision` says.

    `faster.precision` is taken by "auto" if the gradients agree. Raises UsageError if bf16 is
    demanded where gradients come out differently.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if recipe.precision == "fp32":
        return Hardware(device, False, faster.parallelism)
    if faster.precision is not None:
        fast = faster.precision == "bf16"
    else:
        fast = torch.cuda.is_bf16_supported() if device.type == "cuda" else cpu_has_fast_bf16()
    if recipe.precision == "auto" and not fast:
        return Hardware(device, False, faster.parallelism)
    agrees = bf16_agrees(network, device)
    if recipe.precision == "bf16" and not agrees:
        raise UsageError(
            "bf16 gives other gradients than fp32 on this processor", hint="use --precision fp32"
        )
    return Hardware(device, agrees, faster.parallelism)


def bf16_agrees(network: nn.Module, device: torch.device) -> bool:
    """Whether the gradients of one random batch point the same way in bf16 and fp32."""
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(PROBE_IMAGES, 1, 28, 28, generator=generator).to(device)
    labels = torch.arange(PROBE_IMAGES, device=device) % 10
    full = _gradients(network, images, labels, Hardware(device, bf16=False))
    short = _gradients(network, images, labels, Hardware(device, bf16=True))
    return bool(functional.cosine_similarity(full, short, dim=0) > AGREEMENT)


def _gradients(network: nn.Module, images: Tensor, labels: Tensor, hardware: Hardware) -> Tensor:
    """All gradients as one vector. Leaves the network as it was, batch statistics too."""
    kept = {name: buffer.clone() for name, buffer in network.named_buffers()}
    training = network.training
    network.to(hardware.device).eval()  # dropout would differ between the two calls
    with hardware.autocast():
        loss = functional.cross_entropy(network(images).float(), labels)
    gradients = torch.autograd.grad(loss, list(network.parameters()))
    network.load_state_dict(kept, strict=False)
    network.train(training)
    return torch.cat([gradient.flatten().float() for gradient in gradients])
