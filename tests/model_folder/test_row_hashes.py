from __future__ import annotations

import hashlib

import numpy as np

from conftest import drawn_digits
from tenfold.digits import Digits
from tenfold.model_folder.row_hashes import all_images, hashes_of, other_orientations

IMAGES = drawn_digits(5).images


def test_a_hash_is_of_the_pixels_of_one_row_alone() -> None:
    first = int.from_bytes(hashlib.blake2b(IMAGES[0].tobytes(), digest_size=8).digest(), "big")
    assert hashes_of(IMAGES)[0] == first
    assert (hashes_of(IMAGES[1:]) == hashes_of(IMAGES)[1:]).all()
    assert len(set(hashes_of(IMAGES))) == 5


def test_a_view_has_the_hash_of_its_copy() -> None:
    turned = IMAGES.transpose(0, 2, 1)
    assert (hashes_of(turned) == hashes_of(turned.copy())).all()


def test_dark_rows_are_not_inverted_and_bright_ones_are() -> None:
    mixed = np.concatenate([IMAGES, 255 - IMAGES[:2]])
    transposed, inverted, both = other_orientations(mixed)
    assert (transposed[1] == mixed.transpose(0, 2, 1)).all()
    assert inverted[0].tolist() == both[0].tolist() == [5, 6]
    assert (inverted[1] == IMAGES[:2]).all()
    assert (both[1] == IMAGES[:2].transpose(0, 2, 1)).all()
    assert len(list(other_orientations(IMAGES))) == 1


def test_stored_images_count_beside_the_tiles() -> None:
    assert len(all_images(Digits(IMAGES, None))) == 1
    assert (all_images(Digits(IMAGES, None, stored=255 - IMAGES))[1] == 255 - IMAGES).all()
