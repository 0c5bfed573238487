"""The bearer token of a server, read from a file or the environment."""

from __future__ import annotations

import os

from tenfold.errors import UsageError

TOKEN_VARIABLE = "TENFOLD_TOKEN"  # noqa: S105 - the name of the variable
TOKEN_BYTES_MAX = 4096


def read_token(file: str | None) -> str | None:
    """Read the token from `file`, or else from the environment variable TENFOLD_TOKEN.

    None without either. A byte order mark and white space around the token are removed. Raises
    UsageError for a token that no client could send in a header.
    """
    if file is None:
        text = os.environ.get(TOKEN_VARIABLE)
        return _checked_token(text, TOKEN_VARIABLE) if text else None
    try:
        with open(file, "rb") as stream:
            content = stream.read(TOKEN_BYTES_MAX + 1)
    except (OSError, ValueError) as problem:  # ValueError: a null byte in the name
        reason = getattr(problem, "strerror", None) or str(problem)
        raise UsageError(f"{file}: cannot be read: {reason}", hint="give a text file") from problem
    if len(content) > TOKEN_BYTES_MAX:
        raise UsageError(
            f"{file}: is longer than {TOKEN_BYTES_MAX:,} bytes", hint="a token is one short line"
        )
    try:
        return _checked_token(content.decode(), file)
    except UnicodeDecodeError as problem:
        raise UsageError(
            f"{file}: is not plain text", hint="save it as UTF-8, without formatting"
        ) from problem


def _checked_token(text: str, place: str) -> str:
    """Strip and check a token from `place`. Raises UsageError, which never quotes the token."""
    token = text.removeprefix("\N{BYTE ORDER MARK}").strip()
    if not token:
        raise UsageError(f"{place}: is empty", hint="write the token into it, on one line")
    if len(lines := token.splitlines()) > 1:
        raise UsageError(f"{place}: holds {len(lines)} lines", hint="a token is one line")
    for position, character in enumerate(token, 1):
        if not "!" <= character <= "~":
            name = "white space" if character.isspace() else "no visible ASCII character"
            raise UsageError(
                f"{place}: character {position} is {name}",
                hint="make a token of letters and digits: openssl rand -hex 32",
            )
    return token
