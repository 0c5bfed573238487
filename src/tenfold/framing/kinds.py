"""The kinds of picture that are opened, recognised from the first bytes, before any decoder."""

from __future__ import annotations

from tenfold.errors import DataError

# Pillow's names. EPS and similar kinds are left out: their decoders start other programs.
KINDS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "HEIF")
# Served: what telephones, browsers, scanners and the page (TIFF) send. Fewer decoders are safer.
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
    """The kind of a picture from its first bytes, one of KINDS; None for any other file."""
    if content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS:
        return "HEIF"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for begin, kind in BEGINS if content.startswith(begin)), None)


def refuse_other_kinds(kind: str, kinds: tuple[str, ...], name: str) -> None:
    """Raise DataError unless `kind` is one of `kinds`."""
    if kind not in kinds:
        opened = [NAMES.get(other, other) for other in kinds]
        raise DataError(
            f"{name}: a {NAMES.get(kind, kind)} picture, which is not opened here",
            hint=f"save it as PNG or JPEG (opened are {', '.join(opened)})",
        )
