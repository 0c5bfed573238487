"""`fetch kaggle`: the competition's files, kept in the cache, where DATA finds them by name."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tenfold import files
from tenfold.errors import FetchError
from tenfold.interop.kaggle.download import competition_files
from tenfold.progress import SILENT, Progress
from tenfold.sources.fetching.catalogue import KAGGLE
from tenfold.sources.fetching.data_set_cache import cache_of, folder_of, is_fetched
from tenfold.sources.fetching.download import usable_place


def fetch_kaggle(
    to: str | None = None,
    *,
    force: bool = False,
    offline: bool = False,
    progress: Progress = SILENT,
) -> list[Path]:
    """Bring Kaggle's files into the cache, and copy them into the folder `to` if that is given; the
    paths of the files, sorted.

    What is in the cache, or in a Kaggle notebook, is not fetched again. Raises what
    `competition_files` raises, and FetchError for `offline` without them.
    """
    place = None if to is None else usable_place(to, force=force)
    if not is_fetched(KAGGLE):
        if offline:
            raise FetchError(
                f"{KAGGLE}: is not in the cache ({cache_of(KAGGLE)})",
                hint="run tenfold fetch kaggle with a connection, and the token of your account",
            )
        competition_files(cache_of(KAGGLE), force=True, progress=progress)
    folder = Path(folder_of(KAGGLE))
    if to is not None and place is not None:
        with files.staged_folder(place, force=True) as staged, files.os_errors_as_output_error(to):
            shutil.copytree(folder, staged, dirs_exist_ok=True)
        folder = place
    return sorted(Path(here, name) for here, _, names in os.walk(folder) for name in names)
