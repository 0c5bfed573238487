"""The format of a file that is neither a picture nor a table, and the remedy."""

from __future__ import annotations

from dataclasses import dataclass

BEGIN = 4096  # bytes that decide; a document in a zip is recognised from the whole content


@dataclass(frozen=True)
class Format:
    """A format: its `name` with article, and the `remedy` that makes pictures or rows of it."""

    name: str
    remedy: str


PRINT = "print it to PDF, make a picture of each page (pdftoppm -r 200 -png FILE.pdf page)"
AS_PNG = "open it in a picture program and save it as PNG"
UNPACK = "unpack it, and give the folder"

PDF = Format(
    "a PDF document",
    "make a picture of each page: pdftoppm -r 200 -png FILE.pdf page, then tenfold read page-*.png",
)
HEIC = Format("a HEIC picture", "install Pillow's plug-in for it: pip install pillow-heif")
SVG = Format("an SVG drawing", AS_PNG)
WEB_PAGE = Format(
    "a web page (HTML)", "the link led to a page, often a login: download the file itself"
)
POSTSCRIPT = Format(
    "a PostScript document",
    "make a picture of each page: gs -sDEVICE=png16m -r200 -o page-%d.png FILE.ps",
)
DJVU = Format(
    "a DjVu document", "make a PDF of it: ddjvu -format=pdf FILE.djvu FILE.pdf; then of each "
    "page a picture: pdftoppm -r 200 -png FILE.pdf page",
)  # fmt: skip
WORD = Format("a Word document", PRINT)
WORKBOOK = Format(
    "an Excel workbook",
    "of rows: save the sheet as CSV; of pictures: " + PRINT,
)
SLIDES = Format("a PowerPoint presentation", PRINT)
OPEN_DOCUMENT = Format("an OpenDocument file", PRINT)
EPUB = Format("an EPUB book", PRINT)
OLD_OFFICE = Format("an Office document of before 2007", PRINT)
RTF = Format("an RTF document", PRINT)
VIDEO = Format("a video", "save a still picture of it: ffmpeg -i FILE -frames:v 1 still.png")
ZIP = Format("a zip archive", UNPACK)
ARCHIVE = Format("an archive", UNPACK)
GZIP = Format(
    "a gzip file", "unpack it: gunzip FILE; a packed CSV may stay so, with the ending .csv.gz"
)
PARQUET = Format(
    "a Parquet table", "save it as CSV: pandas.read_parquet(FILE).to_csv(OTHER, index=False)"
)
ARRAY = Format(
    "a NumPy array",
    "rows of 784 pixels become CSV: pandas.DataFrame(array, columns=[f'pixel{i}' for i in "
    "range(784)]).to_csv(OTHER, index=False), with a first column label where there are labels",
)
HDF5 = Format("an HDF5 file", "save its table as CSV, with the columns label,pixel0,...,pixel783")
IDX = Format(
    "a file of MNIST's own format (IDX)",
    "give MNIST's files under their own names, such as train-images-idx3-ubyte",
)
XML = Format("an XML file", "export pictures or CSV from the program that made it")

_MAGICS: tuple[tuple[bytes, Format], ...] = (
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
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"\x1f\x8b", GZIP),
    (b"PAR1", PARQUET),
    (b"\x93NUMPY", ARRAY),
    (b"\x89HDF", HDF5),
    (b"\0\0\x08\x01", IDX),
    (b"\0\0\x08\x03", IDX),
)
_IN_ZIP = (
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
# file names of documents, which a search of a folder may not pass over
ENDINGS = (
    ".pdf", ".ps", ".eps", ".djvu", ".svg", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx",
    ".odt", ".ods", ".odp", ".rtf", ".epub", ".jp2", ".j2k", ".jxl", ".avif", ".psd", ".xcf",
)  # fmt: skip
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
    return next((known for magic, known in _MAGICS if begin.startswith(magic)), None)


def format_of_type(media_type: str) -> Format | None:
    """The format of a media type, such as application/pdf; None for an unknown one."""
    begins = (known for begin, known in _TYPE_BEGINS if media_type.startswith(begin))
    return TYPES.get(media_type) or next(begins, None)
