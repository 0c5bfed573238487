"""Scoring of more rows than fit into memory: in shards, resumable, each row exactly once.

In: files, folders, globs or standard input, and a model.
Out: a folder with a part for each shard, rejected rows, and a manifest; or one file made of these.
"""

from tenfold.scale.batch_scorer import Scorer
from tenfold.scale.result import ScoringResult
from tenfold.scale.scoring import score

__all__ = ["Scorer", "ScoringResult", "score"]
