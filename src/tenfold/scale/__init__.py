"""Scoring of more rows than fit into memory: in shards, resumable, each row exactly once.

In: files, folders, globs or standard input, and a model.
Out: a folder with a part for each shard, rejected rows, and a manifest; or one file made of these.
"""

from tenfold.scale.scored import Scored
from tenfold.scale.scorer import Scorer
from tenfold.scale.scoring import score

__all__ = ["Scored", "Scorer", "score"]
