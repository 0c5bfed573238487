"""Which kinds of picture are opened, told by the first bytes before any decoder sees them."""

from __future__ import annotations

from tenfold.errors import DataError

# Pillow's names. EPS and its like are not here: their decoders start other programs.
KINDS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "HEIF")
# What telephones, browsers and scanners send, and the page itself (TIFF): enough for strangers.
KINDS_SERVED = ("PNG", "JPEG", "TIFF", "WEBP", "HEIF")
NAMES = {"WEBP": "WebP", "HEIF": "HEIC"}  # as people call them
HEIF_BRANDS = (b"heic", b"heix", b"mif1", b"msf1")
BEGINS = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"BM", "BMP"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
)


def kind_of(content: bytes) -> str | None:
    """One of KINDS by a file's first bytes, or None."""
    if content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS:
        return "HEIF"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for begin, kind in BEGINS if content.startswith(begin)), None)


def refuse_other_kinds(kind: str, kinds: tuple[str, ...], name: str) -> None:
    """Raises DataError unless `kind` is one of `kinds`."""
    if kind not in kinds:
        opened = [NAMES.get(other, other) for other in kinds]
        raise DataError(
            f"{name}: a {NAMES.get(kind, kind)} picture, which is not opened here",
            hint=f"save it as PNG or JPEG (opened are {', '.join(opened)})",
        )
