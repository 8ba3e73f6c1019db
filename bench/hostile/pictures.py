"""Hostile pictures: frames, scans, chunks and sides without measure, and textures that look like codes everywhere."""

import io
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pillow_heif
from PIL import Image

from bench.hostile.objects import bomb
from tests.parsers.pictures import DIGITAL, code, png_that_claims

MIB = 1 << 20


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    """The picture as a file."""
    pillow_heif.register_heif_opener()
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def one_colour(form: str, side: int, **options: object) -> Callable[[], bytes]:
    return lambda: saved(Image.new("L" if form == "PNG" else "RGB", (side, side), "white"), form, **options)


def noise(width: int, height: int, seed: int = 1) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8))


def frames(form: str, count: int, size: tuple[int, int] = (600, 400)) -> Callable[[], bytes]:
    def make() -> bytes:
        pages = [Image.new("L", size, number % 256) for number in range(count)]
        return saved(pages[0], form, save_all=True, append_images=pages[1:])

    return make


def scan_of_noise() -> bytes:
    pages = [noise(2400, 2000, seed) for seed in range(8)] * 7
    return saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="jpeg")


def tiff(*directories: Sequence[tuple[int, int, int, int]], links: Sequence[int] = (), tail: bytes = b"") -> bytes:
    """Directories of (tag, type, count, value), one after another or as ``links`` says."""
    data = bytearray(b"II*\0\x08\0\0\0")
    for index, entries in enumerate(directories):
        following = len(data) + 6 + 12 * len(entries)
        link = links[index] if index < len(links) else following if index + 1 < len(directories) else 0
        data += struct.pack("<H", len(entries))
        data += b"".join(struct.pack("<HHII", *one) for one in sorted(entries)) + struct.pack("<I", link)
    return bytes(data + tail)


def plain_directory(
    width: int = 8, height: int = 8, *more: tuple[int, int, int, int]
) -> list[tuple[int, int, int, int]]:
    usual = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8)]
    return [*usual, (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, width * height), *more]


def directories_that_return() -> bytes:
    return tiff(plain_directory(), links=(8,), tail=bytes(64))


def directories_by_the_ten_thousand() -> bytes:
    return tiff(*[plain_directory()] * 60_000, tail=bytes(64))


def tag_of_gigabytes() -> bytes:
    return tiff(plain_directory(8, 8, (700, 1, 0xFFFFFFF0, 8), (34675, 7, 0x7FFFFFFF, 8)), tail=bytes(64))


def strips_by_the_million() -> bytes:
    places = [(273, 4, 2_000_000, 200), (279, 4, 2_000_000, 200), (278, 4, 1, 1)]
    kept = [one for one in plain_directory(1, 2_000_000) if one[0] not in {273, 278, 279}]
    return tiff([*kept, *places], tail=struct.pack("<I", 8) * 2_000_100)


def scans_without_end() -> bytes:
    """A progressive JPEG of many megapixels with the same scan thousands of times."""
    whole = saved(Image.new("L", (6000, 6000), "white"), "JPEG", progressive=True, quality=30)
    starts = [at for at in range(len(whole)) if whole[at : at + 2] == b"\xff\xda"]
    last = whole[starts[-1] : -2]
    return whole[:-2] + last * 3000 + b"\xff\xd9"


def restart_marks() -> bytes:
    return saved(noise(1000, 1000), "JPEG", restart_marker_blocks=1) + b"\xff\xd0" * 5_000_000


def chunks_by_the_million() -> bytes:
    plain = saved(Image.new("L", (8, 8)), "PNG")
    text = b"a\0b"
    one = struct.pack(">I", len(text)) + b"tEXt" + text + struct.pack(">I", zlib.crc32(b"tEXt" + text))
    return plain[:33] + one * 1_000_000 + plain[33:]


def profile_that_swells() -> bytes:
    plain = saved(Image.new("L", (8, 8)), "PNG")
    held = b"iCCP" + b"a\0\0" + bomb(b"\0", 900 * MIB)
    return plain[:33] + struct.pack(">I", len(held) - 4) + held + struct.pack(">I", zlib.crc32(held)) + plain[33:]


def picture_data_that_swells() -> bytes:
    """Little picture, and a gigabyte of rows that nobody asked for."""
    plain = saved(Image.new("L", (8, 8)), "PNG")
    held = b"IDAT" + bomb(b"\0", 1000 * MIB)
    return plain[:33] + struct.pack(">I", len(held) - 4) + held + struct.pack(">I", zlib.crc32(held)) + plain[-12:]


def interlaced() -> bytes:
    plain = bytearray(png_that_claims(9400, 9400))
    plain[28] = 1
    plain[29:33] = struct.pack(">I", zlib.crc32(plain[12:29]))
    held = b"IDAT" + bomb(b"\0", 100 * MIB)
    return (
        bytes(plain[:33])
        + struct.pack(">I", len(held) - 4)
        + held
        + struct.pack(">I", zlib.crc32(held))
        + bytes(plain[-12:])
    )


def codes_by_the_thousand() -> bytes:
    square = code(DIGITAL, 2)
    paper = Image.new("L", (2400, 1800), "white")
    for y in range(0, 1800 - square.height, square.height):
        for x in range(0, 2400 - square.width, square.width):
            paper.paste(square, (x, y))
    return saved(paper, "PNG")


def finders_without_codes() -> bytes:
    """The three marks of a code, over and over, with noise between them."""
    mark = np.full((9, 9), 255, np.uint8)
    mark[1:8, 1:8] = 0
    mark[2:7, 2:7] = 255
    mark[3:6, 3:6] = 0
    tile = np.random.default_rng(5).choice(np.array([0, 255], np.uint8), (29, 29))
    tile[:9, :9], tile[:9, -9:], tile[-9:, :9] = mark, mark, mark
    return saved(Image.fromarray(np.tile(np.kron(tile, np.ones((3, 3), np.uint8)), (20, 27))), "PNG")


def long_and_thin(width: int, height: int) -> Callable[[], bytes]:
    return lambda: saved(Image.new("L", (width, height), "white"), "PNG")


def heif_of_many() -> bytes:
    pillow_heif.register_heif_opener()
    pages = [Image.new("RGB", (2000, 2000), (number, 0, 0)) for number in range(40)]
    return saved(pages[0], "HEIF", save_all=True, append_images=pages[1:], quality=10)


PICTURES: Mapping[str, Callable[[], bytes]] = {
    "WebP of 16383 by 16383": one_colour("WEBP", 16383, quality=1),
    "PNG of 16383 by 16383": one_colour("PNG", 16383),
    "JPEG of 16383 by 16383": one_colour("JPEG", 16383, quality=1),
    "TIFF of 16383 by 16383": one_colour("TIFF", 16383, compression="tiff_lzw"),
    "PNG of 9400 by 9400": one_colour("PNG", 9400),
    "WebP of 9400 by 9400": one_colour("WEBP", 9400, quality=1),
    "HEIC of 9400 by 9400": one_colour("HEIF", 9400, quality=1),
    "TIFF of 3000 frames": frames("TIFF", 3000),
    "GIF of 3000 frames": frames("GIF", 3000),
    "WebP of 400 frames": frames("WEBP", 400),
    "PNG of 500 frames": frames("PNG", 500),
    "HEIC of 40 pictures": heif_of_many,
    "scan of noise": scan_of_noise,
    "noise of 80 megapixels": lambda: saved(noise(8944, 8944), "PNG", compress_level=1),
    "directories that return": directories_that_return,
    "directories by the ten thousand": directories_by_the_ten_thousand,
    "tag of gigabytes": tag_of_gigabytes,
    "strips by the million": strips_by_the_million,
    "scans without end": scans_without_end,
    "restart marks without end": restart_marks,
    "chunks by the million": chunks_by_the_million,
    "profile that swells": profile_that_swells,
    "picture data that swells": picture_data_that_swells,
    "interlaced bomb": interlaced,
    "codes by the thousand": codes_by_the_thousand,
    "finders without codes": finders_without_codes,
    "a line of 80 megapixels": long_and_thin(80_000_000, 1),
    "a column of 60000": long_and_thin(1, 60_000),
}
