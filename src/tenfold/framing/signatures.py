"""The format of a file that is neither a picture nor a table, by its signature or media type."""

from __future__ import annotations

import re

from tenfold.framing.formats import (
    ARCHIVE,
    ARRAY,
    ARROW_STREAM,
    AS_PNG,
    DJVU,
    EPUB,
    FEATHER,
    GZIP,
    HDF5,
    HEIC,
    IDX,
    JSON,
    JSON_LINES,
    MATLAB,
    OLD_OFFICE,
    OPEN_DOCUMENT,
    ORC,
    PARQUET,
    PDF,
    PICKLE,
    POSTSCRIPT,
    RTF,
    SLIDES,
    SQLITE,
    SVG,
    TFRECORD,
    TORCH,
    VIDEO,
    WEB_PAGE,
    WORD,
    WORKBOOK,
    XML,
    ZIP,
    ZSTANDARD,
    Format,
)
from tenfold.framing.tfrecord import is_tfrecord

# an object of whole columns: `{"x": {` as pandas writes a frame, `{"x": [[[` of images
COLUMNS = re.compile(rb'\{\s*"[^"]*"\s*:\s*(?:\{\s*"0"|\[\s*\[\s*\[)')

BEGIN = 4096  # bytes that decide; a document in a zip is recognised from the whole content

_SIGNATURES: tuple[tuple[bytes, Format], ...] = (
    (b"%!PS", POSTSCRIPT),
    (b"\xc5\xd0\xd3\xc6", POSTSCRIPT),  # EPS with a preview
    (b"AT&TFORM", DJVU),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
    (b"{\\rtf", RTF),
    (b"8BPS", Format("a Photoshop file", AS_PNG)),
    (b"gimp xcf", Format("a GIMP file", AS_PNG)),
    (b"\xff\x0a", Format("a JPEG XL picture", AS_PNG)),
    (b"\0\0\0\x0cJXL ", Format("a JPEG XL picture", AS_PNG)),
    (b"\0\0\0\x0cjP  ", Format("a JPEG 2000 picture", AS_PNG)),
    (b"\xff\x4f\xff\x51", Format("a JPEG 2000 picture", AS_PNG)),
    (b"\0\0\x01\0", Format("an icon file", AS_PNG)),
    (b"\xd7\xcd\xc6\x9a", Format("a WMF drawing", AS_PNG)),
    (b"\x1aE\xdf\xa3", VIDEO),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\xfd7zXZ\0", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ZSTANDARD),
    (b"\x1f\x8b", GZIP),
    (b"PAR1", PARQUET),
    (b"\x93NUMPY", ARRAY),
    (b"\x89HDF", HDF5),
    (b"MATLAB 7.3 MAT-file", HDF5),
    (b"MATLAB 5.0 MAT-file", MATLAB),
    (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", TORCH),  # as until PyTorch 1.6
    *((bytes((0x80, protocol)), PICKLE) for protocol in range(2, 6)),
    (b"ARROW1", FEATHER),
    (b"FEA1", FEATHER),
    (b"\xff\xff\xff\xff", ARROW_STREAM),
    (b"ORC", ORC),
    (b"SQLite format 3\0", SQLITE),
    *(
        (bytes((0, 0, kind, sides)), IDX)
        for kind in (8, 9, 11, 12, 13, 14)
        for sides in (1, 2, 3, 4)
    ),
)
_IN_ZIP = (
    (b"/data.pkl", TORCH),
    (b"word/document.xml", WORD),
    (b"xl/workbook.", WORKBOOK),
    (b"ppt/presentation.xml", SLIDES),
    (b"mimetypeapplication/vnd.oasis.opendocument", OPEN_DOCUMENT),
    (b"mimetypeapplication/epub+zip", EPUB),
)
_BRANDS = {  # of the boxes that telephones write (ISO 14496-12)
    b"heic": HEIC,
    b"heix": HEIC,
    b"mif1": HEIC,
    b"msf1": HEIC,
    b"avif": Format("an AVIF picture", AS_PNG),
    b"avis": Format("an AVIF picture", AS_PNG),
}
# by media type
TYPES = {
    "application/pdf": PDF,
    "application/postscript": POSTSCRIPT,
    "application/msword": OLD_OFFICE,
    "application/rtf": RTF,
    "application/epub+zip": EPUB,
    "application/zip": ZIP,
    "image/vnd.djvu": DJVU,
}
_TYPE_BEGINS = (
    ("application/vnd.openxmlformats-officedocument.wordprocessingml", WORD),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml", WORKBOOK),
    ("application/vnd.openxmlformats-officedocument.presentationml", SLIDES),
    ("application/vnd.ms-", OLD_OFFICE),
    ("application/vnd.oasis.opendocument", OPEN_DOCUMENT),
    ("video/", VIDEO),
)


def format_of(content: bytes) -> Format | None:
    """The format of a file from its bytes, or its first bytes; None for a picture that can be
    opened, and for an unknown format."""
    begin = content[:BEGIN]
    text = begin.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"%pdf-" in begin[:1024].lower():
        return PDF
    if begin.startswith(b"PK\x03\x04"):
        return next((known for mark, known in _IN_ZIP if mark in content), ZIP)
    if begin[4:8] == b"ftyp":
        return _BRANDS.get(begin[8:12], VIDEO)
    if begin[:4] == b"RIFF":
        return VIDEO if begin[8:12] == b"AVI " else None
    if text.startswith((b"<!doctype html", b"<html", b"<head")):
        return WEB_PAGE
    if text.startswith(b"<") and b"<svg" in text:
        return SVG
    if text.startswith((b"<?xml", b"<!doctype")):
        return XML
    if known := next((known for first, known in _SIGNATURES if begin.startswith(first)), None):
        return known
    if is_tfrecord(begin):
        return TFRECORD
    return _json(text)


def _json(text: bytes) -> Format | None:
    """JSON or JSON Lines, from the beginning of a text."""
    if text.startswith((b'[{"', b"[[", b"[\n")):
        return JSON
    if not text.startswith((b'{"', b"{\n", b"{\r\n", b"{ ")):
        return None
    if COLUMNS.match(text):
        return JSON
    first, newline, rest = text.partition(b"\n")
    whole_line = first.rstrip().endswith(b"}") and (not newline or rest.lstrip()[:1] in (b"{", b""))
    return JSON_LINES if whole_line or len(first) == len(text) else JSON


def format_of_type(media_type: str) -> Format | None:
    """The format of a media type, such as application/pdf; None for an unknown one."""
    begins = (known for begin, known in _TYPE_BEGINS if media_type.startswith(begin))
    return TYPES.get(media_type) or next(begins, None)
