"""A Kaggle on loopback, an empty home, and a submission of bars."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import csv_text, drawn_digits
from fake_kaggle import TOKEN, FakeKaggle, running


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, without any of Kaggle's variables."""
    place = tmp_path / "home"
    place.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(place))
    for name in ("API_TOKEN", "API_V1_TOKEN", "USERNAME", "KEY", "CONFIG_DIR", "KERNEL_RUN_TYPE"):
        monkeypatch.delenv(f"KAGGLE_{name}", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return place


@pytest.fixture
def kaggle(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeKaggle]:
    """A Kaggle that knows the user's token."""
    pytest.importorskip("kagglesdk", reason="needs the 'kaggle' extra")
    from kagglesdk import kaggle_env

    fake = FakeKaggle()
    with running(fake):
        places = {**kaggle_env._env_to_endpoint, kaggle_env.KaggleEnv.TEST: fake.address}
        monkeypatch.setattr(kaggle_env, "_env_to_endpoint", places)
        monkeypatch.setenv("KAGGLE_API_ENVIRONMENT", "TEST")
        monkeypatch.setenv("KAGGLE_API_TOKEN", TOKEN)
        yield fake


@pytest.fixture
def test_csv(tmp_path: Path) -> Path:
    path = tmp_path / "test.csv"
    path.write_text(csv_text(drawn_digits(60), labelled=False))
    return path


@pytest.fixture
def submission(tmp_path: Path, test_csv: Path) -> Path:
    """What the shipped model says of the bars."""
    from tenfold.predictions import predict

    path = tmp_path / "submission.csv"
    predict(str(test_csv), path, model="mnist")
    return path
