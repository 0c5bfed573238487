"""Make a large table out of the rows of train.csv, each with a little noise in its ink.

    python -m bench.scale.made_rows digit-recognizer.zip big.csv --rows 1000000

The rows are unlabelled, in Kaggle's layout. --parquet writes lists of 784 values instead, and
--wide a column a pixel.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from tenfold.digits import PIXELS, Images
from tenfold.digits.column_names import PIXEL_NAMES
from tenfold.sources import open_digits

BLOCK_ROWS = 10_000
NOISE = 8  # grey levels, up or down, where there is ink
GROUP_ROWS = 20_000  # of a Parquet file


def noisy_rows(images: Images, rows: int, seed: int = 0) -> Iterator[npt.NDArray[np.uint8]]:
    """Blocks of rows uint8 [n, 784]: the images again and again, with other noise each time."""
    random = np.random.default_rng(seed)
    flat = images.reshape(len(images), PIXELS)
    for start in range(0, rows, BLOCK_ROWS):
        count = min(BLOCK_ROWS, rows - start)
        block = flat[np.arange(start, start + count) % len(flat)].astype(np.int16)
        noise = random.integers(-NOISE, NOISE + 1, block.shape, np.int16)
        yield np.where(block > 0, np.clip(block + noise, 1, 255), 0).astype(np.uint8)


def csv_lines(rows: npt.NDArray[np.uint8]) -> bytes:
    """The text of rows uint8 [n, 784], without Python's formatting, which takes five times as
    long."""
    values = rows.reshape(-1)
    ends = np.cumsum(2 + (values >= 10) + (values >= 100))  # of each number with its separator
    text = np.full(int(ends[-1]), ord(","), np.uint8)
    text[ends[PIXELS - 1 :: PIXELS] - 1] = ord("\n")
    text[ends - 2] = ord("0") + values % 10
    for power, place in ((10, 3), (100, 4)):
        longer = values >= power
        text[ends[longer] - place] = ord("0") + values[longer] // power % 10
    return text.tobytes()


def write_csv(images: Images, rows: int, file: BinaryIO) -> None:
    file.write((",".join(PIXEL_NAMES) + "\n").encode())
    for block in noisy_rows(images, rows):
        file.write(csv_lines(block))


def write_parquet(images: Images, rows: int, path: Path, *, wide: bool) -> None:
    """A column of lists, or a column a pixel."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    listed = pa.schema([("image", pa.list_(pa.uint8(), PIXELS))])
    schema = pa.schema([(name, pa.uint8()) for name in PIXEL_NAMES]) if wide else listed
    with pq.ParquetWriter(path, schema) as writer:
        for block in noisy_rows(images, rows):
            if wide:
                columns = [pa.array(column) for column in block.T.copy()]
            else:
                columns = [pa.FixedSizeListArray.from_arrays(pa.array(block.reshape(-1)), PIXELS)]
            writer.write_table(pa.table(columns, schema=schema), row_group_size=GROUP_ROWS)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a large table of digits.")
    parser.add_argument("data", help="digit-recognizer.zip")
    parser.add_argument("output", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--parquet", action="store_true")
    parser.add_argument("--wide", action="store_true")
    given = parser.parse_args()
    images = open_digits(given.data, ("train",)).training_rows().images
    if given.parquet or given.wide:
        write_parquet(images, given.rows, given.output, wide=given.wide)
        return
    with given.output.open("wb") as file:
        write_csv(images, given.rows, file)


if __name__ == "__main__":
    main()
