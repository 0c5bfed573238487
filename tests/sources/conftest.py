"""Archives of every kind, for the tests of this room."""

from __future__ import annotations

import pytest

from archives import Maker, make_tar, make_tar_gz, make_zip


@pytest.fixture(params=[make_zip, make_tar, make_tar_gz], ids=["zip", "tar", "tar.gz"])
def make(request: pytest.FixtureRequest) -> Maker:
    return request.param
