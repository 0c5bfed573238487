"""Trackers of experiments: TensorBoard, MLflow, trackio, Weights & Biases offline.

In: the callbacks of a training, and the result of its run.
Out: losses, rates, figures, report and model in the tracker's own form.

Each library is imported when a tracker is made, with its telemetry switched off. No connection is
opened unless the user names an address.
"""

from tenfold.interop.tracking.tracker import TRACKERS, tracker

__all__ = ["TRACKERS", "tracker"]
