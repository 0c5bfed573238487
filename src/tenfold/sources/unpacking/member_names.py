"""Names of an archive's members: they must stay inside the folder and be readable, on every
system."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PureWindowsPath

from tenfold.errors import DataError, Fault

MEMBERS_MAX = 200_000  # MNIST as single pictures has 70,000
PART_BYTES_MAX = 255  # of each part of a name, on every common file system
NAME_BYTES_MAX = 1000
# With any ending and spaces before it (learn.microsoft.com, "Naming Files, Paths, and Namespaces"):
# writing to CON.txt writes to the console
DEVICE = re.compile(
    r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|CLOCK\$|(?:COM|LPT)[0-9\u00b9\u00b2\u00b3]) *(?:[.:].*)?",
    re.IGNORECASE,
)
FORBIDDEN = re.compile(r'[<>:"|?*]')


class MemberNames:
    """The names of an archive's members, and the faults of all members.

    Names that are equal on some systems (`A` and `a`) count as equal on all, so that an archive
    unpacks to the same files everywhere.
    """

    def __init__(self, typed: str) -> None:
        self._typed = typed
        self._taken: dict[str, tuple[str, bool]] = {}  # by folded name: the name, is it a folder
        self.faults: list[Fault] = []

    def take(self, raw: str, is_folder: bool, problem: str | None) -> str:
        """The name with `/` between its parts; it is safe to join to a folder unless `faults` has
        grown, by `problem`, which the caller has found, or by a problem of the name."""
        parts = PureWindowsPath(raw).parts
        if problem := problem or name_problem(raw, is_folder) or self._clash(parts, is_folder):
            self.faults.append(Fault(f"{self._typed}: {printable(raw)}", problem))
        if len(self._taken) + len(self.faults) > MEMBERS_MAX:
            raise DataError(
                f"{self._typed}: holds more than {MEMBERS_MAX:,} files",
                hint="if you trust it, unpack it yourself",
            )
        return "/".join(parts)

    def raise_faults(self) -> None:
        """Raise DataError with all faults, if there are any."""
        if self.faults:
            raise DataError(
                self.faults,
                hint="if you trust its maker, unpack it with another program and give the files",
            )

    def _clash(self, parts: tuple[str, ...], is_folder: bool) -> str | None:
        for depth in range(1, len(parts) + 1):
            name, leads_on = "/".join(parts[:depth]), depth < len(parts) or is_folder
            folded = unicodedata.normalize("NFC", name).casefold()
            if folded not in self._taken:
                self._taken[folded] = name, leads_on
                continue
            other, other_leads_on = self._taken[folded]
            if name != other:
                return f"is the same name as {printable(other)} on many systems"
            if not (leads_on and other_leads_on):
                return "comes twice" if leads_on == other_leads_on else "is a file and a folder"
        return None


def name_problem(raw: str, is_folder: bool) -> str | None:
    """Why the name of a member is refused; None for a good name."""
    path = PureWindowsPath(raw)  # splits at / and \ and knows drive letters, on every system
    if path.anchor:
        return "has an absolute name"
    if any(not part.strip(" .") for part in path.parts):  # Windows takes `.. ` for `..`
        return "leads out of the folder"
    if not all(map(_is_printable, raw)):
        return "has unprintable characters in its name"
    if any(DEVICE.fullmatch(part) for part in path.parts):
        return "has the name of a device on Windows"
    if any(FORBIDDEN.search(part) or part[-1] in " ." for part in path.parts):
        return "has a name that Windows does not allow"
    parts_bytes = [len(part.encode()) for part in path.parts]
    if len(raw.encode()) > NAME_BYTES_MAX or max(parts_bytes, default=0) > PART_BYTES_MAX:
        return "has too long a name"
    return None if path.parts or is_folder else "has no name"


def _is_printable(character: str) -> bool:
    """Whether a character is visible. Control characters, surrogates and format characters (`Cf`),
    which change the direction of writing or are invisible, can disguise a name."""
    return character.isprintable() or unicodedata.category(character) == "Zs"


def printable(text: str) -> str:
    """Untrusted text in a form that is safe in one line of a message."""
    shown = "".join(c if _is_printable(c) else ascii(c)[1:-1] for c in text)
    return shown if len(shown) <= 120 else shown[:117] + "..."
