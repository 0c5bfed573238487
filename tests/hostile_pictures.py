"""Pictures of few bytes that cost much to open or to read, made byte by byte."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw

from picture_files import chunk, png_of

SIDE = 2000  # pixels of a picture that is full of ink; larger ones are made smaller first

BYTE, SHORT, LONG = 1, 3, 4  # TIFF 6.0, section 2
SIZES = {BYTE: 1, SHORT: 2, LONG: 4}


def tiff(tags: Sequence[tuple[int, int, int, int]], after: bytes = b"") -> bytes:
    """Little-endian, one directory of (tag, type, count, value or offset), `after` behind it."""
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    head = struct.pack("<2sHIH", b"II", 42, 8, len(tags))
    return head + entries + bytes(4) + after


def _after(tags: int) -> int:
    """Where `after` begins."""
    return 10 + 12 * tags + 4


def tiff_of(
    width: int, height: int, *, compression: int = 1, strips: int = 1, rows: int | None = None,
    data: bytes = b"", extra: Sequence[tuple[int, int, int, int]] = (),
) -> bytes:  # fmt: skip
    """Grey, 8 bits; with several strips their offsets and sizes are `data`, twice."""
    count = 9 + len(extra)
    at = _after(count)
    many = strips > 1
    tags = [
        (256, LONG, 1, width), (257, LONG, 1, height), (258, SHORT, 1, 8),
        (259, SHORT, 1, compression), (262, SHORT, 1, 1), (273, LONG, strips, at),
        (277, SHORT, 1, 1), (278, LONG, 1, rows or height),
        (279, LONG, strips, at if many else len(data)), *extra,
    ]  # fmt: skip
    return tiff(tags, data)


def tiff_of_many_strips() -> bytes:
    """A quarter of a million strips of 200 rows, each of which begins at byte 8."""
    strips = 250_000
    return tiff_of(200, strips * 200 // 200, strips=strips, rows=1, data=b"\x08\0\0\0" * strips)


def tiff_of_many_tags(count: int = 60_000) -> bytes:
    """Tags that all hold the same megabyte."""
    content = bytes(1_000_000)
    tags = [
        (256, LONG, 1, 20), (257, LONG, 1, 20), (258, SHORT, 1, 8), (259, SHORT, 1, 1),
        (262, SHORT, 1, 1), (273, LONG, 1, 8), (277, SHORT, 1, 1), (278, LONG, 1, 20),
        (279, LONG, 1, 400),
    ]  # fmt: skip
    tags += [(1000 + i, LONG, len(content) // 4, 8) for i in range(count)]
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    at = struct.pack("<I", 8 + len(content))
    return b"II*\0" + at + content + struct.pack("<H", len(tags)) + entries + bytes(4)


def tiff_of_numbers(count: int = 2_000_000) -> bytes:
    """One tag, of which each byte becomes a number."""
    extra = [(320 + i, BYTE, count, 200 + 12 * 40) for i in range(40)]
    return tiff_of(20, 20, data=bytes(max(400, count + 1000)), extra=extra)


def tiff_of_a_slow_codec() -> bytes:
    """Fifty million pixels out of few bytes, by LZMA."""
    import lzma

    rows = 7000
    packed = lzma.compress(bytes(rows * rows), preset=6)
    return tiff_of(rows, rows, compression=34925, data=packed)


def tiff_of_tiny_tiles() -> bytes:
    """Tiles of 16 x 16, each of which begins at the same bytes."""
    across = 6900 // 16
    tiles = across * across
    side = across * 16
    count = 10
    at = _after(count)
    packed = zlib.compress(bytes(256), 9)
    tags = [
        (256, LONG, 1, side), (257, LONG, 1, side), (258, SHORT, 1, 8), (259, SHORT, 1, 8),
        (262, SHORT, 1, 1), (277, SHORT, 1, 1), (322, SHORT, 1, 16), (323, SHORT, 1, 16),
        (324, LONG, tiles, at), (325, LONG, tiles, at + 4 * tiles),
    ]  # fmt: skip
    where = at + 8 * tiles
    return tiff(
        tags, struct.pack("<I", where) * tiles + struct.pack("<I", len(packed)) * tiles + packed
    )


def bmp_of_runs() -> bytes:
    """Fifty million pixels in run lengths, a pixel a run."""
    width, height = 7000, 7000
    body = b"\x01\x07" * 8_000_000
    start = 14 + 40 + 1024
    head = struct.pack("<2sIHHI", b"BM", start + len(body), 0, 0, start)
    head += struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(body), 0, 0, 256, 0)
    return head + bytes(1024) + body


def bmp_of_jumps() -> bytes:
    """Run lengths that jump: each jump is drawn pixel by pixel."""
    width, height = 7000, 7000
    body = b"\x00\x02\x00\xff" * 2000 + b"\x00\x02\xff\xff" * 200
    start = 14 + 40 + 1024
    head = struct.pack("<2sIHHI", b"BM", start + len(body), 0, 0, start)
    head += struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(body), 0, 0, 256, 0)
    return head + bytes(1024) + body


def _small_jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (64, 64), 200).save(buffer, "JPEG")
    return buffer.getvalue()


def jpeg_of_exif(segments: int = 480) -> bytes:
    """Exif in hundreds of segments, each of which is joined to all before it."""
    part = b"Exif\0\0" + b"MM\0*\0\0\0\x08\0\0" + bytes(65_000)
    segment = b"\xff\xe1" + struct.pack(">H", len(part) + 2) + part
    whole = _small_jpeg()
    return whole[:2] + segment * segments + whole[2:]


def jpeg_of_markers(count: int = 6_000_000) -> bytes:
    """Millions of comments of no letters."""
    whole = _small_jpeg()
    return whole[:2] + b"\xff\xfe\x00\x02" * count + whole[2:]


def jpeg_of_scans(count: int = 3000, side: int = 7000) -> bytes:
    """A progressive picture whose scans are repeated: all of them over all pixels."""
    buffer = io.BytesIO()
    Image.new("L", (side, side), 200).save(buffer, "JPEG", progressive=True)
    whole = buffer.getvalue()
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * count + whole[-2:]


def png_of_texts() -> bytes:
    """Sixty texts of a megabyte each, packed."""
    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1_000_000), 9))
    return png_of(text * 60)


def png_of_chunks(count: int = 2_000_000) -> bytes:
    """Millions of chunks of no bytes."""
    return png_of(chunk(b"aaAa", b"") * count)


def png_of_pixels(side: int = 7000) -> bytes:
    """Fifty million pixels of nothing, four channels of 16 bits: 400 MB out of 400 kB."""
    head = struct.pack(">IIBBBBB", side, side, 16, 6, 0, 0, 0)
    packer = zlib.compressobj(1)
    row = bytes(1 + 8 * side)
    rows = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )  # fmt: skip


def gif_of_blocks() -> bytes:
    """Ten million extension blocks before the first frame."""
    buffer = io.BytesIO()
    Image.new("L", (4, 4), 9).save(buffer, "GIF")
    whole = buffer.getvalue()
    begin = whole.index(b",")
    return whole[:begin] + b"!\xfe\x01a\0" * 4_000_000 + whole[begin:]


def webp_of_pixels() -> bytes:
    """Fifty million pixels of one colour, without loss."""
    buffer = io.BytesIO()
    Image.new("RGB", (7000, 7000), 200).save(buffer, "WEBP", lossless=True, quality=0, method=0)
    return buffer.getvalue()


# Files that are costly to open.
COSTLY_FILES: dict[str, Callable[[], bytes]] = {
    "strips.tif": tiff_of_many_strips,
    "tags.tif": tiff_of_many_tags,
    "numbers.tif": tiff_of_numbers,
    "codec.tif": tiff_of_a_slow_codec,
    "tiles.tif": tiff_of_tiny_tiles,
    "runs.bmp": bmp_of_runs,
    "jumps.bmp": bmp_of_jumps,
    "exif.jpg": jpeg_of_exif,
    "markers.jpg": jpeg_of_markers,
    "scans.jpg": jpeg_of_scans,
    "small scans.jpg": lambda: jpeg_of_scans(3000, side=720),  # which passes for a drawing
    "texts.png": png_of_texts,
    "chunks.png": png_of_chunks,
    "pixels.png": png_of_pixels,
    "blocks.gif": gif_of_blocks,
    "pixels.webp": webp_of_pixels,
}


def _blank(side: int = SIDE) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("L", (side, side), 255)
    return picture, ImageDraw.Draw(picture)


def specks(step: int = 2) -> Image.Image:
    """A quarter of all pixels, none beside another."""
    levels = np.full((SIDE, SIDE), 255, np.uint8)
    levels[2:-2:step, 2:-2:step] = 0
    return Image.fromarray(levels)


def noise(share: float, side: int = SIDE) -> Image.Image:
    chance = np.random.default_rng(0)
    levels = np.where(chance.random((side, side)) < share, 0, 255).astype(np.uint8)
    levels[:2] = levels[-2:] = 255
    levels[:, :2] = levels[:, -2:] = 255
    return Image.fromarray(levels)


def few_digits_and_dust(dust: int = 60, digits: int = 16) -> Image.Image:
    """Digits' strokes, and as much dust between them as may lie there."""
    picture, draw = _blank()
    step = SIDE // (digits + 1)
    for row in range(1, digits + 1):
        for column in range(1, digits + 1):
            x, y = step * column, step * row
            draw.line([x, y - step // 3, x, y + step // 3], 0, 9)
    step = SIDE // dust
    for row in range(1, dust):
        for column in range(1, dust):
            x, y = step * column + 15, step * row
            draw.ellipse([x - 5, y - 5, x + 5, y + 5], 0)
    return picture


def diagonals(count: int = 150) -> Image.Image:
    """Strokes side by side whose boxes are nearly the whole picture."""
    picture, draw = _blank()
    reach = SIDE * 3 // 4
    for i in range(count):
        shift = (SIDE - reach - 40) * i // count
        draw.line(
            [20 + shift, SIDE - 20 - reach + shift // 2, 20 + shift + reach - 10, SIDE - 30], 0, 2
        )
    return picture


def arcs(count: int = 150) -> Image.Image:
    """Rings one in another, open at one place."""
    picture, draw = _blank()
    for i in range(count):
        edge = 10 + i * (SIDE // 2 - 20) // count
        draw.arc([edge, edge, SIDE - edge, SIDE - edge], 10, 350, 0, 2)
    return picture


def comb(teeth: int = 400) -> Image.Image:
    """One thing with hundreds of teeth: cut wherever it is thin."""
    picture, draw = _blank()
    draw.line([20, SIDE // 2, SIDE - 20, SIDE // 2], 0, 3)
    for i in range(teeth):
        x = 20 + (SIDE - 40) * i // teeth
        draw.line([x, SIDE // 2 - 400, x, SIDE // 2 + 400], 0, 2)
    return picture


def combs(rows: int = 60, across: int = 4) -> Image.Image:
    """Many things that are wide and low."""
    picture, draw = _blank()
    height, width = SIDE // rows, SIDE // across
    for row in range(rows):
        for column in range(across):
            x, y = column * width + 8, row * height + 6
            draw.line([x, y + height // 2, x + width - 16, y + height // 2], 0, 2)
            for tooth in range(0, width - 16, 9):
                draw.line([x + tooth, y, x + tooth, y + height - 12], 0, 2)
    return picture


def low_strokes(rows: int = 140) -> Image.Image:
    """Hundreds of dashes, all of them low and wide."""
    picture, draw = _blank()
    for row in range(rows):
        for column in range(4):
            x, y = 20 + column * 495, 10 + row * (SIDE - 20) // rows
            draw.line([x, y, x + 380, y + 5], 0, 3)
    return picture


def spirals() -> Image.Image:
    """Two spirals in one another."""
    levels = np.full((SIDE, SIDE), 255, np.uint8)
    turns = np.linspace(0, 2 * np.pi * 80, 800_000)
    radius = turns / turns[-1] * (SIDE / 2 - 20)
    for begin in (0.0, np.pi):
        rows = (SIDE / 2 + radius * np.sin(turns + begin)).astype(int)
        columns = (SIDE / 2 + radius * np.cos(turns + begin)).astype(int)
        for dy in (0, 1):
            for dx in (0, 1):
                levels[rows + dy, columns + dx] = 0
    return Image.fromarray(levels)


def grid(step: int = 12) -> Image.Image:
    """Lines askew that cross."""
    picture, draw = _blank()
    for at in range(-SIDE, 2 * SIDE, step):
        draw.line([at, 20, at + SIDE // 2, SIDE - 20], 0, 2)
        draw.line([at, 20, at - SIDE // 2, SIDE - 20], 0, 2)
    return picture


def touching(count: int = 6000) -> Image.Image:
    """Thousands of short strokes, many of which touch."""
    picture, draw = _blank()
    chance = np.random.default_rng(0)
    for x, y, dx, dy in zip(
        *chance.integers(30, SIDE - 30, (2, count)), *chance.integers(-25, 25, (2, count)),
        strict=True,
    ):  # fmt: skip
        draw.line([int(x), int(y), int(x + dx), int(y + dy)], 0, 3)
    return picture


def teeth_in_teeth(count: int = 290) -> Image.Image:
    """L-shaped strokes one in another: as many digits as are looked at, each as large as all."""
    picture, draw = _blank()
    for i in range(count):
        at = 20 + 3 * i
        draw.line([at, 20 + i, at, SIDE - 20 - 3 * i], 0, 1)
        draw.line([at, SIDE - 20 - 3 * i, SIDE - 20 - i // 2, SIDE - 20 - 3 * i], 0, 1)
    return picture


# Pictures that are costly to read.
COSTLY_PICTURES: dict[str, Callable[[], Image.Image]] = {
    "specks": specks,
    "sparse specks": lambda: specks(40),
    "noise 0.05": lambda: noise(0.05),
    "small noise": lambda: noise(0.05, 720),  # which passes for a drawing
    "noise 0.3": lambda: noise(0.3),
    "noise 0.5": lambda: noise(0.5),
    "dust": few_digits_and_dust,
    "diagonals": diagonals,
    "arcs": arcs,
    "comb": comb,
    "low combs": combs,
    "low strokes": low_strokes,
    "spirals": spirals,
    "grid": grid,
    "touching": touching,
    "nested": teeth_in_teeth,
}
