"""Where on a picture a QR code may stand that could not be read at first sight, found by its texture.

A code is a square full of edges both ways; words have fewer of one kind and gaps between their lines. A few windows
with the most edges both ways are worth a closer look, the rest of the picture is not.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from reimburse.domain.reading import Box

Place = tuple[int, int, int, int]
Grid = NDArray[np.float64]

LONG_SIDE = 800
BLOCK = 4
WINDOWS = (14, 24, 10)
"""Sides of the windows in blocks: the code of an invoice page, a closer picture, a farther one."""
PEAKS = 3
ALIKE = 0.6
"""How many of a known code's edges a place must have to be looked at beside it."""


def likely_places(grey: Image.Image, known: Sequence[Box] = ()) -> list[Place]:
    """Boxes in pixels, twice as wide as the window that drew attention to them, the likeliest first.

    Where codes are known already, only places outside them with nearly as many edges are named.
    """
    factor = max(1, round(max(grey.size) / LONG_SIDE))
    texture = _texture(grey.reduce(factor) if factor > 1 else grey)
    if not texture.size:
        return []
    side = BLOCK * factor
    least = _mute(texture, [[edge / side for edge in box] for box in known]) * ALIKE
    windows = [window for window in WINDOWS if min(texture.shape) > window]
    peaks = [(rank, window, peak) for window in windows for rank, peak in enumerate(_peaks(texture, window, least))]
    peaks.sort(key=lambda peak: peak[0])
    return [_around(x * side, y * side, window * side, grey.size) for _, window, (x, y) in peaks]


def _mute(texture: Grid, known: list[list[float]]) -> float:
    """Empties the texture where codes are known; how far the faintest of them stood out, 0 without any."""
    ground, means = float(np.median(texture)), []
    for left, top, right, bottom in known:
        part = texture[int(top) : int(bottom) + 1, int(left) : int(right) + 1]
        means.append(float(part.mean()) if part.size else 0.0)
        part[:] = ground
    texture -= ground
    return min(means, default=ground) - ground


def _texture(grey: Image.Image) -> Grid:
    """For each block, how much brightness changes both across and down: the lesser of the two means."""
    pixels = np.asarray(grey, dtype=np.float32)
    across, down = np.abs(np.diff(pixels, axis=1))[:-1], np.abs(np.diff(pixels, axis=0))[:, :-1]
    return np.minimum(_block_means(across), _block_means(down)).astype(np.float64)


def _block_means(values: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, columns = values.shape[0] // BLOCK, values.shape[1] // BLOCK
    blocks = values[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    means: NDArray[np.float32] = blocks.mean(axis=(1, 3))
    return means


def _peaks(texture: Grid, window: int, least: float) -> list[tuple[int, int]]:
    sums = np.cumsum(np.cumsum(np.pad(texture, ((1, 0), (1, 0))), axis=0), axis=1)
    energy = sums[window:, window:] - sums[:-window, window:] - sums[window:, :-window] + sums[:-window, :-window]
    peaks = []
    for _ in range(PEAKS):
        y, x = divmod(int(energy.argmax()), energy.shape[1])
        if energy[y, x] <= least * window * window:
            break
        peaks.append((x, y))
        near = window * 3 // 4
        energy[max(0, y - near) : y + near + 1, max(0, x - near) : x + near + 1] = 0
    return peaks


def _around(x: int, y: int, side: int, size: tuple[int, int]) -> Place:
    margin = side // 2
    return max(0, x - margin), max(0, y - margin), min(size[0], x + side + margin), min(size[1], y + side + margin)
