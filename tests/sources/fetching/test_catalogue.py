"""What `fetch` knows of each data set."""

from __future__ import annotations

import pytest

from tenfold.sources.fetching import catalogue
from tenfold.sources.fetching.catalogue import DATA_SETS, DataSet, RemoteFile


def test_every_file_of_the_catalogue_can_be_checked() -> None:
    for data_set in DATA_SETS.values():
        for file in data_set.files:
            assert file.sha256 or file.md5
            assert file.sha256 is None or (len(file.sha256) == 64 and file.size_bytes)
            assert all(url.startswith(("https://", "http://yann.")) for url in file.urls)
    assert set(catalogue.NAMES) == {"mnist", "qmnist", "emnist-digits", "usps", "kaggle"}


def test_a_file_is_asked_for_at_its_mirrors_in_turn() -> None:
    file = RemoteFile("a.gz", ("https://one.example/x/", "https://two.example/"))
    assert file.urls == ("https://one.example/x/a.gz", "https://two.example/a.gz")


def test_of_a_zip_the_members_are_kept_without_their_folder() -> None:
    archive = (RemoteFile("all.zip", ("https://one.example/",)),)
    assert DataSet(archive).names == ("all.zip",)
    assert DataSet(archive, members=("gzip/a.gz", "b.gz")).names == ("a.gz", "b.gz")


@pytest.mark.parametrize("name", ["mnist", "qmnist"])
def test_a_data_set_that_holds_kaggles_test_rows_says_so(name: str) -> None:
    assert "tenfold submit refuses" in DATA_SETS[name].note
