"""Tiles as they come out of real pictures: what pens, cameras, scanners and framing do to a digit.

Batches are float [n, 1, 28, 28] in 0..1, ink bright. Each distortion is applied to a share of the
images, drawn at random for each image, so most distorted images carry two or three. The distortions
follow from how pictures of handwriting look; they are not fitted to any set of pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from tenfold.training.tiles.augment import thickened

Distortion = Callable[[Tensor, torch.Generator], Tensor]


def picture_like(images: Tensor, generator: torch.Generator, share: float = 1.0) -> Tensor:
    """Distort `share` of the images; of these, each distortion is applied to a share of its own."""
    images = images.clone()
    distorted = torch.rand(len(images), generator=generator) < share
    for distort, probability in DISTORTIONS.items():
        chosen = distorted & (torch.rand(len(images), generator=generator) < probability)
        if chosen.any():
            images[chosen] = distort(images[chosen], generator)
    return images.clamp(0, 1)


def stroke_width(images: Tensor, generator: torch.Generator) -> Tensor:
    """Make strokes up to one pixel thinner or two thicker, as pens, markers and mice do."""
    fine = functional.interpolate(images, scale_factor=2, mode="bilinear", align_corners=False)
    amount = _uniform(images, generator, -1, 2)
    thinner = (amount < 0).flatten()
    fine[thinner] = torch.lerp(fine[thinner], _thinned(fine[thinner]), -amount[thinner])
    for done in (0, 1):  # a pixel of the fine image at a time
        thicker = (amount > done).flatten()
        share = (amount[thicker] - done).clamp(max=1)
        fine[thicker] = torch.lerp(fine[thicker], thickened(fine[thicker]), share)
    return functional.avg_pool2d(fine, 2)


def outline(images: Tensor, generator: torch.Generator) -> Tensor:
    """Keep the edge of the ink alone, as in hollow letters or after an edge detector."""
    edge = torch.where(
        _uniform(images, generator, 0, 1) < 0.5,
        thickened(images) - images,  # one pixel wide, around the ink or within it
        images - _thinned(images),
    )
    edge = torch.where(
        _uniform(images, generator, 0, 1) < 0.5, edge, _canny_edges(images, generator)
    )
    hardness = torch.exp(_uniform(images, generator, 0, 2))
    return ((edge - 0.3) * hardness + 0.3).clamp(0, 1) * (edge > 0.05)


def contrast(images: Tensor, generator: torch.Generator) -> Tensor:
    """Change gamma and gain: from soft pencil to ink thresholded to black and white."""
    gamma = torch.exp(_uniform(images, generator, -0.8, 0.8))
    gain = torch.exp(_uniform(images, generator, -0.5, 1.5))
    return (images.clamp(min=0) ** gamma * gain).clamp(0, 1)


def blur(images: Tensor, generator: torch.Generator) -> Tensor:
    """Blur, as out of focus, by a standard deviation of up to 1.5 pixels."""
    deviation = 0.4 + 1.1 * float(torch.rand(1, generator=generator))
    return torch.lerp(images, _blurred(images, deviation), _uniform(images, generator, 0.3, 1))


def motion_blur(images: Tensor, generator: torch.Generator) -> Tensor:
    """Blur along a line of up to 9 pixels, in another direction for each image."""
    n, side = len(images), images.shape[-1]
    angle = torch.rand(n, generator=generator) * math.pi
    reach = 1 + 3.5 * torch.rand(n, generator=generator)  # pixels either way
    step = torch.stack([torch.cos(angle), torch.sin(angle)], dim=1) * reach[:, None] * 2 / side
    where = functional.affine_grid(
        torch.eye(2, 3).repeat(n, 1, 1).to(images), list(images.shape), align_corners=False
    )
    moved = [
        functional.grid_sample(images, where + place * step[:, None, None, :], align_corners=False)
        for place in torch.linspace(-1, 1, 7)
    ]
    return torch.stack(moved).mean(dim=0)


def low_resolution(images: Tensor, generator: torch.Generator) -> Tensor:
    """Reduce the resolution to that of a digit 8 to 16 pixels high, and enlarge it again."""
    side = int(torch.randint(10, 20, (1,), generator=generator))
    small = functional.interpolate(images, (side, side), mode="area")
    smooth = functional.interpolate(small, images.shape[2:], mode="bilinear", align_corners=False)
    blocks = functional.interpolate(small, images.shape[2:], mode="nearest")
    return torch.where(_uniform(images, generator, 0, 1) < 0.7, smooth, blocks)


def noise(images: Tensor, generator: torch.Generator) -> Tensor:
    """Add Gaussian noise everywhere, on the paper too."""
    grain = torch.randn(images.shape, generator=generator).to(images)
    return images + grain * _uniform(images, generator, 0.02, 0.2)


def specks(images: Tensor, generator: torch.Generator) -> Tensor:
    """Invert single pixels: dust, and holes in the ink."""
    draws = torch.rand(images.shape, generator=generator).to(images)
    return torch.where(draws < _uniform(images, generator, 0, 0.06), 1 - images, images)


def uneven_ground(images: Tensor, generator: torch.Generator) -> Tensor:
    """Add a slowly varying grey ground, as shadows leave it; the ink loses contrast."""
    points = torch.rand(len(images), 1, 4, 4, generator=generator).to(images)
    field = functional.interpolate(points, images.shape[2:], mode="bicubic", align_corners=True)
    ground = (field * _uniform(images, generator, 0.1, 0.8)).clamp(0, 1)
    return images * (1 - ground) + ground


def band(images: Tensor, generator: torch.Generator) -> Tensor:
    """Give a strip along one side, and sometimes the other, a ground that is not dark: inverted, or
    a flat grey under the ink, as by tape, a fold, or the table beside the paper."""
    n, side = len(images), images.shape[-1]
    place = torch.arange(side, dtype=images.dtype)
    width = 2 + 7 * torch.rand(n, 1, 1, 1, generator=generator)
    other = width * (torch.rand(n, 1, 1, 1, generator=generator) < 0.5)
    within = (place < width) | (place >= side - other)
    turned = torch.rand(n, 1, 1, 1, generator=generator)
    within = torch.where(turned < 0.5, within, within.flip(3))  # [n, 1, 1, 28]
    within = torch.where(turned * 4 % 2 < 1, within, within.transpose(2, 3)).to(images.device)
    level = _uniform(images, generator, 0.2, 1)
    exchanged = _uniform(images, generator, 0, 1) < 0.6
    inside = torch.where(exchanged, level * (1 - images), torch.maximum(images, level))
    return torch.where(within, inside, images)


def ruling(images: Tensor, generator: torch.Generator) -> Tensor:
    """Draw one straight line across the tile or along its side, as of ruled paper or a box."""
    n, side = len(images), images.shape[-1]
    place = torch.arange(side, dtype=images.dtype)
    at = torch.rand(n, 1, 1, 1, generator=generator) * (side + 2) - 1
    tilt = (torch.rand(n, 1, 1, 1, generator=generator) - 0.5) * 0.2
    half = 0.3 + torch.rand(n, 1, 1, 1, generator=generator) * 0.8
    distance = (place.view(1, 1, -1, 1) - at - tilt * place.view(1, 1, 1, -1)).abs()
    line = (half + 0.5 - distance).clamp(0, 1)
    start = torch.rand(n, 1, 1, 1, generator=generator) * side * 0.6
    length = side * (0.3 + torch.rand(n, 1, 1, 1, generator=generator))
    along = place.view(1, 1, 1, -1)
    line = line * ((along >= start) & (along <= start + length))
    upright = torch.rand(n, 1, 1, 1, generator=generator) < 0.5
    line = torch.where(upright, line.transpose(2, 3), line)
    return torch.maximum(images, line.to(images) * _uniform(images, generator, 0.2, 1))


def neighbour(images: Tensor, generator: torch.Generator) -> Tensor:
    """Add the edge of another digit at the left or right border, as too wide a cut leaves it."""
    others = images[torch.randperm(len(images), generator=generator)]
    matrix = torch.eye(2, 3).repeat(len(images), 1, 1)
    side = torch.randint(0, 2, (len(images),), generator=generator) * 2 - 1
    far = 1.05 + 0.3 * torch.rand(len(images), generator=generator)
    matrix[:, 0, 2] = side * far  # in half widths: the other's centre is at or beyond the border
    matrix[:, 1, 2] = (torch.rand(len(images), generator=generator) - 0.5) * 0.6
    grid = functional.affine_grid(matrix.to(images), list(images.shape), align_corners=False)
    return torch.maximum(images, functional.grid_sample(others, grid, align_corners=False))


def clipping(images: Tensor, generator: torch.Generator) -> Tensor:
    """Cut off up to four pixels of the ink, at the same side of all these images."""
    turns = int(torch.randint(0, 4, (1,), generator=generator))
    turned = torch.rot90(images, turns, (2, 3))
    place = torch.arange(images.shape[-1]).to(images).view(1, 1, 1, -1)
    kept = turned * (place >= _uniform(images, generator, 4, 8))  # the ink begins at about 4
    return torch.rot90(kept, -turns, (2, 3))


def random_affine(images: Tensor, generator: torch.Generator) -> Tensor:
    """Rotate by up to 30 degrees, scale to a half up to one and a third, shear, and shift by up to
    6 pixels, as wrong framing does."""
    n = len(images)
    draws = torch.rand(n, 6, generator=generator) * 2 - 1
    angle = draws[:, 0] * math.radians(30)
    scale = torch.exp(0.2 + draws[:, 1] * 0.5)  # of the source: above 1 makes it smaller
    stretch = torch.exp(draws[:, 2] * 0.25)
    shear = draws[:, 3] * 0.4
    cosine, sine = torch.cos(angle), torch.sin(angle)
    moved = draws[:, 4:6] * 6 * 2 / images.shape[-1] * scale.clamp(min=1).unsqueeze(1) * 0.8
    across = torch.stack([cosine * scale, (shear * cosine - sine) * scale, moved[:, 0]], dim=1)
    down = torch.stack(
        [sine * scale * stretch, (shear * sine + cosine) * scale * stretch, moved[:, 1]], dim=1
    )
    matrices = torch.stack([across, down], dim=1).to(images)
    grid = functional.affine_grid(matrices, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, align_corners=False)


# in the order in which they happen to a picture: pen, cutting out, lens, sensor, ground
DISTORTIONS: dict[Distortion, float] = {
    random_affine: 0.2,
    stroke_width: 0.6,
    outline: 0.15,
    clipping: 0.05,
    neighbour: 0.08,
    ruling: 0.12,
    low_resolution: 0.12,
    blur: 0.2,
    motion_blur: 0.08,
    contrast: 0.5,
    specks: 0.05,
    uneven_ground: 0.12,
    band: 0.08,
    noise: 0.12,
}


def _uniform(images: Tensor, generator: torch.Generator, low: float, high: float) -> Tensor:
    """[n, 1, 1, 1]: one draw an image."""
    draws = torch.rand(len(images), 1, 1, 1, generator=generator).to(images)
    return low + (high - low) * draws


def _canny_edges(images: Tensor, generator: torch.Generator) -> Tensor:
    """Edges one pixel wide: 1 where the gradient of the blurred image is largest across its own
    direction (J. Canny 1986)."""
    soft = _blurred(images, 0.7 + 0.6 * float(torch.rand(1, generator=generator)))
    kernel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]).to(images).view(1, 1, 3, 3)
    across = functional.conv2d(soft, kernel, padding=1)
    down = functional.conv2d(soft, kernel.transpose(2, 3), padding=1)
    size = torch.hypot(across, down)
    sector = (torch.atan2(down, across) / (math.pi / 4)).round().long() % 4
    crest = torch.zeros_like(images, dtype=torch.bool)
    for number, (dy, dx) in enumerate(((0, 1), (1, 1), (1, 0), (1, -1))):
        ahead, behind = (size.roll((s * dy, s * dx), dims=(2, 3)) for s in (1, -1))
        crest |= (sector == number) & (size > ahead) & (size >= behind)
    return (crest & (size > 0.2)).to(images)


def _thinned(images: Tensor) -> Tensor:
    return -thickened(-images)


def _blurred(images: Tensor, deviation: float) -> Tensor:
    reach = math.ceil(2 * deviation)
    offsets = torch.arange(-reach, reach + 1).to(images)
    kernel = torch.exp(-(offsets**2) / (2 * deviation**2))
    kernel = kernel / kernel.sum()
    across = functional.conv2d(images, kernel.view(1, 1, 1, -1), padding=(0, reach))
    return functional.conv2d(across, kernel.view(1, 1, -1, 1), padding=(reach, 0))
