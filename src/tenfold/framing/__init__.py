"""From one digit's picture to one tile, in one way, whoever calls."""

from tenfold.framing.frame import frame_ink, is_framed, tile_of
from tenfold.framing.image import open_grey

__all__ = ["frame_ink", "is_framed", "open_grey", "tile_of"]
