"""Run folders: where each file of a run lies, and what data.json says.

In: the path of a run, or the recipe whose new run wants a name.
Out: a `RunFolder`, which every other room asks for paths, facts and epochs.
"""

from tenfold.run_folder.folder import ENTRIES, EPOCH_FIELDS, RunFolder, existing_run

__all__ = ["ENTRIES", "EPOCH_FIELDS", "RunFolder", "existing_run"]
