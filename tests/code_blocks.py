"""The code blocks of the documents: each fence of a Markdown file, with its language and its mark.

A mark is a comment on the line before the fence, which no reader sees:

    <!-- not run: REASON -->    nothing of it can run in a test
    <!-- Kaggle's data -->      what it prints is of Kaggle's own files: compared where they are
    <!-- other numbers -->      of a longer training than a test has time for: words are compared
    <!-- an example -->         of such a training, with other words too: it only has to run

Languages: `bash` (commands), `console` (commands after `$`, each with what it prints; a line `...`
stands for any lines), `python`, `toml`, `ini`, `nginx`, `text` (nothing to run).
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    *("README.md", "CONTRIBUTING.md", "SECURITY.md", "ARCHITECTURE.md", "bench/README.md"),
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")),
]
FENCE = re.compile(r"^( *)(```+|~~~+)(.*)$")
MARK = re.compile(r"<!-- (not run: .+|Kaggle's data|other numbers|an example) -->")
ANY = "..."
PERCENT = re.compile(r"(\d+\.?\d*)(?=%)")
PERCENT_OFF = 1.0  # points
NUMBER = re.compile(r"[-+]?\d[\d,.:]*(?:e-?\d+)?")


@dataclass(frozen=True)
class Block:
    """A fence: where it begins, in which language, its mark or "", and its text."""

    document: str
    line: int
    language: str
    mark: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.document}:{self.line}"

    @property
    def reason(self) -> str:
        """Why it is not run; empty if it is."""
        return self.mark.removeprefix("not run: ") if self.mark.startswith("not run: ") else ""


def blocks_of(document: str) -> list[Block]:
    """The blocks of a document, a path below the root, in their order."""
    found: list[Block] = []
    lines = (ROOT / document).read_text().splitlines()
    number = 0
    while number < len(lines):
        fence = FENCE.match(lines[number])
        if fence is None:
            number += 1
            continue
        end = number + 1
        while not lines[end].strip().startswith(fence[2]):
            end += 1
        before = MARK.fullmatch(lines[number - 1].strip()) if number else None
        text = textwrap.dedent("\n".join(lines[number + 1 : end]))
        language = fence[3].strip()
        found.append(Block(document, number + 1, language, before[1] if before else "", text))
        number = end + 1
    return found


def commands_of(text: str) -> list[str]:
    """The commands of a `bash` block: lines that end in a backslash are joined, comments stay."""
    joined = re.sub(r"\\\n\s*", "", text)
    return [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]


def exchanges_of(text: str) -> list[tuple[str, list[str]]]:
    """(command, lines shown) of a `console` block."""
    found: list[tuple[str, list[str]]] = []
    for line in re.sub(r"\\\n> *", "", text).splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line.rstrip())
    return found


def differs(shown: list[str], printed: list[str], *, numbers: bool = True) -> str:
    """Say where what was printed is not what is shown; empty if nowhere.

    A percentage may be off by PERCENT_OFF points, since models and processors vary in the last
    digits. Without `numbers`, each number is as good as any other.
    """
    pattern = "".join(
        r"(?:.*\n)*?" if line == ANY else _as_pattern(line, numbers) + r"\n" for line in shown
    )
    text = "".join(f"{line.rstrip()}\n" for line in printed)
    found = re.fullmatch(pattern, text)
    if found is not None:
        wanted = [float(share) for line in shown for share in PERCENT.findall(line)]
        pairs = zip(wanted, found.groups(), strict=numbers)
        if all(abs(a - float(b)) <= PERCENT_OFF for a, b in pairs):
            return ""
    return "shown:\n" + "\n".join(shown) + "\nprinted:\n" + text


def _as_pattern(line: str, numbers: bool) -> str:
    """As a regular expression, with a group for each percentage if numbers count."""
    number, joint = (PERCENT, r"(\d+\.?\d*)(?=%)") if numbers else (NUMBER, NUMBER.pattern)
    gap = "" if numbers else r"\s*"
    return joint.join(f"{gap}{re.escape(part)}{gap}" for part in number.split(line)[:: 1 + numbers])
