"""A perceptual hash of a picture: near duplicates, such as one receipt photographed twice, differ in few bits.

The picture is reduced to 64 by 64 grey values; the signs of its 16 by 16 lowest frequencies against their median are
the 256 bits. Two invoices of one form are alike too: a small distance is a reason to look, never a verdict.
"""

import numpy as np
from PIL import Image

SIDE = 64
FREQUENCIES = 16
NEAR = 16
"""Two pictures this many bits apart or fewer are worth a look side by side."""

_COSINES = np.cos(np.pi * (2 * np.arange(SIDE)[None, :] + 1) * np.arange(FREQUENCIES)[:, None] / (2 * SIDE))


def perceptual_hash(image: Image.Image) -> str:
    """256 bits as 64 hex digits.

    >>> perceptual_hash(Image.new("L", (90, 60))) == perceptual_hash(Image.new("L", (300, 200)))
    True
    """
    grey = np.asarray(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=2.0), dtype=np.float64)
    spectrum = _COSINES @ grey @ _COSINES.T
    spectrum[0, 0] = 0  # Brightness as a whole says nothing about what is shown.
    bits = np.packbits(np.round(spectrum, 6) > np.median(np.round(spectrum, 6)))
    return bits.tobytes().hex()


def distance(one: str, other: str) -> int:
    """In how many of the 256 bits two hashes differ.

    >>> distance("ff" * 32, "fe" + "ff" * 31)
    1
    """
    return (int(one, 16) ^ int(other, 16)).bit_count()
