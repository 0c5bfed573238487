"""Runs the code blocks of one document, in their order, in one folder, as a reader would.

`tenfold` runs in this process, everything else in bash. Some is checked and not done: `make` by
`make -n`; of `pip install` that what it names is there; of `tenfold submit` and `fetch`, which
open connections, that they have the options; of commands for containers, clusters and hubs that
the files are there. The server that a document starts stays for its later blocks. With
REWRITE_DOCUMENTS in the environment, outputs that differ are put into the documents.
"""

from __future__ import annotations

import configparser
import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from packaging.requirements import Requirement

import tenfold
from code_blocks import ANY, ROOT, Block, commands_of, differs, exchanges_of
from served import Server, serving
from tenfold.cli import main

ADDRESS = "127.0.0.1:8000"
LONGEST_S = 60
INSTALLED_BY_HAND = {"cleanlab"}  # tests/evaluation/test_cleanlab.py runs its example
OTHER_PROGRAMS = {"podman", "docker", "kubectl", "hf"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]


class BlockError(AssertionError):
    """A block of a document is not true."""


class DocumentRun:
    """The blocks of one document in one folder, with what they leave to each other."""

    def __init__(self, folder: Path, names: dict[str, Any], kaggle: bool) -> None:
        self.folder = folder
        self.names = names
        self.kaggle = kaggle  # whether Kaggle's own files are in the folder
        self.ending = contextlib.ExitStack()
        self.server: Server | None = None

    def run(self, block: Block) -> None:
        """Raises BlockError, or what the block raises."""
        if not block.language.startswith("{"):  # a directive of the site, which builds it
            getattr(self, f"_{block.language}")(block)

    def _text(self, block: Block) -> None:
        pass

    def _bash(self, block: Block) -> None:
        for command in commands_of(block.text):
            self._command(command)

    def _console(self, block: Block) -> None:
        for command, shown in exchanges_of(block.text):
            printed = self._command(command, failing=any("error:" in line for line in shown))
            if block.mark == "an example" or (block.mark == "Kaggle's data" and not self.kaggle):
                continue
            problem = differs(shown, printed.splitlines(), numbers=block.mark != "other numbers")
            if problem and "REWRITE_DOCUMENTS" in os.environ and not block.mark:
                _rewrite(block, shown, printed)
            elif problem:
                raise BlockError(f"{command}\n{problem}")

    def _python(self, block: Block) -> None:
        if missing_module(block) in INSTALLED_BY_HAND:
            return
        padding = "\n" * block.line  # so that a traceback has the line of the document
        path = ROOT / block.document
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            source = _fewer_trials(block.text).replace(ADDRESS, self._address())
            exec(compile(padding + source, path, "exec"), self.names)
        plt.close("all")

    def _toml(self, block: Block) -> None:
        """A file that a comment in its first line names."""
        tomllib.loads(block.text)
        named = re.match(r"# ([\w.-]+\.toml)", block.text)
        if named:
            (self.folder / named[1]).write_text(block.text)

    def _ini(self, block: Block) -> None:
        """A systemd unit: whose command has options that there are."""
        parser = configparser.ConfigParser()
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        parser.read_string(block.text.replace("\\\n", " "))
        words = shlex.split(parser["Service"]["ExecStart"])
        (verb,) = (words[1],)
        known = {
            name
            for parameter in tenfold_command(verb).params
            for name in [*parameter.opts, *parameter.secondary_opts]
        }
        assert {word for word in words if word.startswith("--")} <= known

    def _command(self, command: str, failing: bool = False) -> str:
        """What a command printed, both streams as they come. `failing`: it ends in an error."""
        words = shlex.split(_fewer_trials(command), comments=True)
        plain = not set(words) & {"|", ">", "&&", "&", ";"}
        if words[:1] == ["tenfold"] and plain:
            if words[1] == "serve":
                return self._serve(words[2:])
            if words[1] in ("submit", "fetch") and "--help" not in words:
                tenfold_command(words[1]).make_context(words[1], words[2:])
                return ""
            code, printed = self._tenfold(words[1:])
        elif words[0] == "make":
            code, printed = self._bash_line(shlex.join(["make", "-n", "-C", str(ROOT), *words[1:]]))
            printed = ""
        elif words[0] == "python" and plain:
            return _check_bench(words[1:])
        elif words[0] in OTHER_PROGRAMS:
            return self._check_files(words[1:])
        elif words[:2] == ["pip", "install"] and plain:
            return _check_install(words[2:])
        else:
            code, printed = self._bash_line(command.replace(ADDRESS, self._address()))
        if (code != 0) != failing:
            raise BlockError(f"{command}\nexit code {code}\n{printed[-3000:]}")
        return printed

    def _check_files(self, words: list[str]) -> str:
        """Paths of the repository or of the folder that a command names are there."""
        named = [word for word in words if word.startswith("deploy/") or word == "hub"]
        missing = [n for n in named if not (ROOT / n).exists() and not (self.folder / n).exists()]
        if missing:
            raise BlockError(f"{missing} are not there")
        return ""

    def _tenfold(self, arguments: list[str]) -> tuple[int, str]:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                main(arguments)
            except SystemExit as ended:
                return int(ended.code or 0), printed.getvalue()
        raise AssertionError

    def _bash_line(self, command: str) -> tuple[int, str]:
        ended = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
        return ended.returncode, ended.stdout

    def _serve(self, options: list[str]) -> str:
        """Start the server with these options; the first one stays."""
        if "--port" in options:
            place = options.index("--port")
            del options[place : place + 2]
        if self.server is None:
            log = self.folder / "server"
            self.server = self.ending.enter_context(serving(log, *options))
        else:
            with serving(self.folder / "another-server", *options) as server:
                assert server.get("/v2/health/live").status == 200
        return ""

    def _address(self) -> str:
        return self.server.url.removeprefix("http://") if self.server else ADDRESS


def _fewer_trials(text: str) -> str:
    """A search of a tenth of its trials, and none that ends by the clock alone."""
    text = re.sub(r"(--trials |trials=)(\d+)0\b", r"\1\2", text)
    return re.sub(r"(tune --resume \S+) --minutes \d+", r"\1 --trials 4", text)


def _rewrite(block: Block, shown: list[str], printed: str) -> None:
    """Show in the document what is printed today; the change is looked at before it is kept."""
    path = ROOT / block.document
    old, new = "\n".join(shown), printed.rstrip("\n")
    if ANY not in shown:
        path.write_text(path.read_text().replace(f"{old}\n```", f"{new}\n```", 1))


def tenfold_command(verb: str) -> Any:
    from tenfold.cli import tenfold as group

    return group.commands[verb]


def _check_bench(words: list[str]) -> str:
    """A bench takes hours: it is there, and has the options that are named."""
    module = words[1].replace(".", "/") + ".py" if words[0] == "-m" else words[0]
    source = (ROOT / module).read_text()
    assert all(f'"{word}"' in source for word in words if word.startswith("--")), words
    return ""


def _check_install(words: list[str]) -> str:
    """What `pip install` names is there: this project with extras that it has, from a clone or a
    wheel; files of requirements; or another package, which only has to be spelt as one."""
    named = [word for word in words if not word.startswith("-") and "://" not in word]
    for word in named:
        place, _, rest = word.partition("[")
        extras = rest.rstrip("]").split(",") if rest else []
        if place == "." or place.endswith(".whl"):
            assert set(extras) <= set(EXTRAS), word
            if place.endswith(".whl"):
                assert Path(place).name == f"tenfold-{tenfold.__version__}-py3-none-any.whl"
        elif place.endswith(".txt"):
            assert (ROOT / place).exists(), word
        else:
            Requirement(word)
    assert named
    return ""


def missing_module(block: Block) -> str:
    """A module that a Python block imports and that is not installed here, or empty."""
    names = re.findall(r"^(?:import|from) (\w+)", block.text, re.MULTILINE)
    return next((name for name in names if find_spec(name) is None), "")
