"""Model folders: the only thing that passes between training and everything else.

In: a graph, its facts, and the rows that it has seen; or the path of a folder.
Out: a folder with a card, written whole; or a `ModelFolder` whose files and graph were checked.
"""

from tenfold.model_folder.folder import CARD, ModelFolder, open_model, read_card, write_model

__all__ = ["CARD", "ModelFolder", "open_model", "read_card", "write_model"]
