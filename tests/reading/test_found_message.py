"""What was found, as a message between processes."""

from __future__ import annotations

import pytest
from PIL import Image

from tenfold.reading.found_message import found_of, message_of
from tenfold.reading.opening import find


def test_a_message_of_other_sizes_than_it_says_is_no_answer() -> None:
    header, body = message_of(find(Image.new("L", (9, 9))))
    with pytest.raises(ValueError, match="buffer"):
        found_of(header | {"tiles": 3}, body)
