from __future__ import annotations

import pytest

from tenfold.reading.expected.dates import date


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("27/6/2023", {"dmy"}),
        ("27.06.2023", {"dmy"}),
        ("6/27/2023", {"mdy"}),
        ("2023-06-27", {"ymd"}),
        ("27062023", {"dmy"}),
        ("20230627", {"ymd"}),
        ("062723", {"mdy"}),
        ("01/02/2003", {"dmy", "mdy"}),
        ("29.2.2024", {"dmy"}),
        ("29.2.2023", set()),
        ("29.2.1900", set()),
        ("31/4/23", set()),
        ("32132023", set()),
        ("27.6/2023", set()),
        ("1.2.345", set()),
        ("1.2.3023", set()),
        ("27062", set()),
        ("", set()),
        ("27", set()),
    ],
)
def test_a_date_is_a_day_of_the_calendar(text: str, orders: set[str]) -> None:
    found = {order for order in ("dmy", "mdy", "ymd") if date(text, order)}
    assert found == orders
    assert date(text) == bool(orders)
