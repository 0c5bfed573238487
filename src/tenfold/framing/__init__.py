"""From the picture of one digit to a tile; the only implementation of the image contract.

In: the bytes of a picture file, a Pillow image or an array.
Out: a `Picture`, its `Ink`, and a tile uint8 [28, 28] as MNIST frames it.
"""

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
