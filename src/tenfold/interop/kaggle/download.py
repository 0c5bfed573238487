"""The files of a competition, from Kaggle, or from where a Kaggle notebook has them."""

from __future__ import annotations

import os
from pathlib import Path

from tenfold.interop.kaggle.connection import COMPETITION, connected
from tenfold.progress import SILENT, Progress
from tenfold.sources.fetching.download import fetch, usable_place

NOTEBOOK_INPUT = "/kaggle/input"  # where a notebook has the data that were added to it


def competition_files(
    to: str | os.PathLike[str],
    *,
    competition: str = COMPETITION,
    force: bool = False,
    progress: Progress = SILENT,
) -> Path:
    """Bring the files of a competition into the folder `to`; the folder that has them.

    In a Kaggle notebook that has the competition's data, that is the notebook's own folder, and
    nothing is downloaded. Elsewhere Kaggle is asked for a signed link, which `fetch` downloads:
    checked, resumable, unpacked. Raises KaggleError, MissingExtraError, and what `fetch` raises.
    """
    mounted = os.path.join(NOTEBOOK_INPUT, competition)
    if "KAGGLE_KERNEL_RUN_TYPE" in os.environ and os.path.isdir(mounted):
        progress.say(f"note: this notebook has the data already: {mounted}")
        return Path(mounted)
    usable_place(os.fspath(to), force=force)  # before a connection is opened
    fetch(signed_link(competition), os.fspath(to), force=force, progress=progress)
    return Path(to)


def signed_link(competition: str) -> str:
    """A link to the competition's zip, which is a secret of some minutes. Raises KaggleError."""
    with connected(competition) as kaggle:
        from kagglesdk.competitions.types.competition_api_service import (
            ApiDownloadDataFilesRequest,
        )

        request = ApiDownloadDataFilesRequest()
        request.competition_name = competition
        answer = kaggle.api.download_data_files(request)
        answer.close()  # it has followed the link, and would stream the file
        return str(answer.url)
