"""Exports of a model: a page that needs no server, or a copy of its folder.

In: a model folder, a run, or the name of a shipped model.
Out: a folder with index.html, or with graph and facts; an `Exported` that lists its files.
"""

from tenfold.exporting.export import FORMATS, Exported, export

__all__ = ["FORMATS", "Exported", "export"]
