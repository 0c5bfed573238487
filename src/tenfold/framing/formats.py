"""Formats of files that are neither pictures nor tables, and the remedy for each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A format: its `name` with article, and the `remedy` that makes pictures or rows of it."""

    name: str
    remedy: str


PRINT = "print it to PDF, and read that: tenfold read FILE.pdf"
AS_PNG = "open it in a picture program and save it as PNG"
UNPACK = "unpack it, and give the folder"

PDF = Format("a PDF document", "read its pages: tenfold read FILE.pdf")
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
    "a DjVu document",
    "make a PDF of it, and read that: ddjvu -format=pdf FILE.djvu FILE.pdf; tenfold read FILE.pdf",
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
ZSTANDARD = Format(
    "a file packed by Zstandard",
    "unpack it (zstd -d FILE), and give what comes out; or (pip install zstandard):\n"
    "  import shutil, zstandard\n"
    "  shutil.copyfileobj(zstandard.open('FILE', 'rb'), open('OTHER', 'wb'))",
)
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
    "a pickle can run code, so it is never opened; if you trust it (pip install pandas), and it "
    "holds (X, y), or three of them as mnist.pkl.gz does:\n"
    "  import numpy, pandas; data = pandas.read_pickle('FILE')\n"
    "  X, y = data[0] if len(data) == 3 else data; numpy.savez('OTHER.npz', X=X, y=y)\n"
    "of a DataFrame, instead of the last line:\n"
    "  data.to_csv('OTHER.csv', index=False)",
)
TORCH = Format(
    "a PyTorch file",
    "if it holds (images, labels), as torchvision's MNIST does:\n"
    "  import numpy, torch; data = torch.load('FILE', weights_only=True)\n"
    "  numpy.savez('OTHER.npz', X=data[0].numpy(), y=data[1].numpy())\n"
    "if it is a dictionary (print(data.keys()) names its parts), write them for 0 and 1",
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
    "  pandas.read_json('FILE').to_parquet('OTHER.parquet', index=False)\n"
    "if it holds all images and all labels (print(data.keys()) names them):\n"
    "  import json, numpy; data = json.load(open('FILE'))\n"
    "  numpy.savez('OTHER.npz', X=data['images'], y=data['labels'])",
)
FEATHER = Format(
    "an Arrow (Feather) table",
    "with pandas and pyarrow:\n"
    "  import pandas\n"
    "  pandas.read_feather('FILE').to_parquet('OTHER.parquet', index=False)",
)
ARROW_STREAM = Format(
    "an Arrow stream, as Hugging Face keeps data sets",
    "with Hugging Face's datasets:\n"
    "  import datasets\n"
    "  datasets.Dataset.from_file('FILE').to_parquet('OTHER.parquet')",
)
ORC = Format(
    "an ORC table",
    "with pandas and pyarrow:\n"
    "  import pandas\n"
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
    "give MNIST's files under their own names, such as train-images-idx3-ubyte; of other numbers "
    "or dimensions than theirs, images as x_train.npy and labels as y_train.npy:\n"
    "  import numpy; b = open('FILE', 'rb').read(); kinds = {8: 'u1', 9: 'i1', 11: '>i2', "
    "12: '>i4', 13: '>f4', 14: '>f8'}\n"
    "  numpy.save('OTHER.npy', numpy.frombuffer(b, kinds[b[2]], offset=4 + 4 * b[3])"
    ".reshape(numpy.frombuffer(b, '>i4', b[3], 4)))",
)
XML = Format("an XML file", "export pictures or CSV from the program that made it")

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
