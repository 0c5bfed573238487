"""From a model folder to other forms: a page that needs no server, a copy of the folder."""

from tenfold.exporting.export import FORMATS, Exported, export_model

__all__ = ["FORMATS", "Exported", "export_model"]
