"""The main job: check, train, evaluate, report, submission; new or resumed.

In: data files or arrays, a recipe, a seed; or the folder of an interrupted run.
Out: a run folder, and a `RunResult` with its files and figures.
"""

from tenfold.main_job.main_job import read_run_recipe, resume, run, train

__all__ = ["read_run_recipe", "resume", "run", "train"]
