"""From one digit's picture to one tile, in one way, whoever calls."""

from tenfold.framing.frame import frame_ink, is_framed, tile_of
from tenfold.framing.picture import Picture, open_picture, picture_of_array, picture_of_image

__all__ = [
    "Picture",
    "frame_ink",
    "is_framed",
    "open_picture",
    "picture_of_array",
    "picture_of_image",
    "tile_of",
]
