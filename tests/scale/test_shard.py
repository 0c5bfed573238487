from __future__ import annotations

from tenfold.scale.inputs import InputRange
from tenfold.scale.shard import Shard


def test_parts_are_in_the_order_of_their_names() -> None:
    names = [Shard(number, 0, InputRange(0, 1, 1, 1, 1)).name for number in (2, 10, 999_999)]
    assert names == sorted(names) == ["part-000002", "part-000010", "part-999999"]


def test_a_shard_is_the_same_after_json() -> None:
    shard = Shard(3, 1, InputRange(10, 20, 5, None, 10))
    assert shard.to_json() == [1, 10, 20, 5, None, 10]
    assert Shard.from_json(3, shard.to_json()) == shard
