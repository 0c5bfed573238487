"""What benches share with the tests: hostile requests and pictures, and a server with its log."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
hostile: Any = import_module("hostile")
hostile_pictures: Any = import_module("hostile_pictures")
served: Any = import_module("served")
