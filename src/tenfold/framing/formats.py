"""The format of a file that is neither a picture nor a table, and the remedy."""

from __future__ import annotations

from dataclasses import dataclass

from tenfold.framing.tfrecord import is_tfrecord

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
    "of rows: save the sheet as CSV, or (pip install pandas openpyxl)\n"
    "  import pandas\n"
    "  pandas.read_excel('FILE').to_csv('OTHER.csv', index=False)\n"
    "of pictures: " + PRINT,
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
# what is data and is not read: two lines of Python that turn it into what is
PARQUET = Format(
    "a Parquet table", "give it by its path, unpacked: a Parquet file is read as it is"
)
ARRAY = Format("a NumPy array", "give it by its path, unpacked: .npy and .npz are read as they are")
PICKLE = Format(
    "a Python pickle",
    "a pickle can run code, so it is never opened; if you trust it, and it holds (X, y):\n"
    "  import numpy, pickle; data = pickle.load(open('FILE', 'rb'))\n"
    "  numpy.savez('OTHER.npz', X=data[0], y=data[1])",
)
TORCH = Format(
    "a PyTorch file",
    "if it holds (images, labels), as torchvision's MNIST does:\n"
    "  import numpy, torch; data = torch.load('FILE', weights_only=True)\n"
    "  numpy.savez('OTHER.npz', X=data[0].numpy(), y=data[1].numpy())",
)
MATLAB = Format(
    "a MATLAB file",
    "if X and y are its arrays (print(data.keys()) names them), the images first:\n"
    "  import numpy, scipy.io; data = scipy.io.loadmat('FILE')\n"
    "  numpy.savez('OTHER.npz', X=data['X'], y=data['y'].ravel())\n"
    "of SVHN (colour, 32 x 32, the images last, 10 for 0), instead of the last line:\n"
    "  from tenfold.framing import picture_of_array as p, tile_of\n"
    "  numpy.savez('OTHER.npz', y=data['y'].ravel() % 10, "
    "X=[tile_of(p(x)) for x in numpy.moveaxis(data['X'], -1, 0)])",
)
HDF5 = Format(
    "an HDF5 file",
    "if X and y are its arrays (print(list(data)) names them), the images first:\n"
    "  import h5py, numpy; data = h5py.File('FILE')\n"
    "  numpy.savez('OTHER.npz', X=data['X'][:], y=data['y'][:])",
)
TFRECORD = Format(
    "a TFRecord file",
    "if its features are image (a PNG) and label, as in TensorFlow's MNIST:\n"
    "  import numpy, tensorflow as tf; rows = [tf.train.Example.FromString(r.numpy())"
    ".features.feature for r in tf.data.TFRecordDataset('FILE')]\n"
    "  numpy.savez('OTHER.npz', y=[r['label'].int64_list.value[0] for r in rows], "
    "X=[tf.io.decode_png(r['image'].bytes_list.value[0]).numpy() for r in rows])",
)
JSON_LINES = Format(
    "a JSON Lines file",
    "if each line has a label, and pixels as one list or by name (pip install pandas pyarrow):\n"
    "  import pandas\n"
    "  pandas.read_json('FILE', lines=True).to_parquet('OTHER.parquet', index=False)",
)
JSON = Format(
    "a JSON file",
    "if it is a list of rows, with pixels as one list or by name (pip install pandas pyarrow):\n"
    "  import pandas\n"
    "  pandas.read_json('FILE').to_parquet('OTHER.parquet', index=False)",
)
FEATHER = Format(
    "an Arrow (Feather) table",
    "  import pandas  # with pyarrow\n"
    "  pandas.read_feather('FILE').to_parquet('OTHER.parquet', index=False)",
)
ARROW_STREAM = Format(
    "an Arrow stream, as Hugging Face keeps data sets",
    "  import datasets\n  datasets.Dataset.from_file('FILE').to_parquet('OTHER.parquet')",
)
ORC = Format(
    "an ORC table",
    "  import pandas  # with pyarrow\n"
    "  pandas.read_orc('FILE').to_parquet('OTHER.parquet', index=False)",
)
SQLITE = Format(
    "an SQLite database",
    "with the name of its table for TABLE:\n"
    "  import pandas, sqlite3\n"
    "  pandas.read_sql('select * from TABLE', sqlite3.connect('FILE'))"
    ".to_csv('OTHER.csv', index=False)",
)
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
    (b"MATLAB 7.3 MAT-file", HDF5),
    (b"MATLAB 5.0 MAT-file", MATLAB),
    (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", TORCH),  # as until PyTorch 1.6
    *((bytes((0x80, protocol)), PICKLE) for protocol in range(2, 6)),
    (b"ARROW1", FEATHER),
    (b"FEA1", FEATHER),
    (b"\xff\xff\xff\xff", ARROW_STREAM),
    (b"ORC", ORC),
    (b"SQLite format 3\0", SQLITE),
    (b"\0\0\x08\x01", IDX),
    (b"\0\0\x08\x03", IDX),
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
# file names of documents, which a search of a folder may not pass over
ENDINGS = (
    ".pdf", ".ps", ".eps", ".djvu", ".svg", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx",
    ".odt", ".ods", ".odp", ".rtf", ".epub", ".jp2", ".j2k", ".jxl", ".avif", ".psd", ".xcf",
)  # fmt: skip
# file names of data that is not read
DATA_ENDINGS = (
    ".pkl", ".pickle", ".pt", ".pth", ".mat", ".h5", ".hdf5", ".tfrecord", ".tfrecords", ".json",
    ".jsonl", ".feather", ".arrow", ".orc", ".db", ".sqlite",
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
    if known := next((known for magic, known in _MAGICS if begin.startswith(magic)), None):
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
    first, newline, rest = text.partition(b"\n")
    whole_line = first.rstrip().endswith(b"}") and (not newline or rest.lstrip()[:1] in (b"{", b""))
    return JSON_LINES if whole_line or len(first) == len(text) else JSON


def format_of_type(media_type: str) -> Format | None:
    """The format of a media type, such as application/pdf; None for an unknown one."""
    begins = (known for begin, known in _TYPE_BEGINS if media_type.startswith(begin))
    return TYPES.get(media_type) or next(begins, None)
