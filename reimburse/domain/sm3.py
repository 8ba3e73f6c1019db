"""The SM3 digest (GB/T 32905-2016) in plain Python, for machines whose OpenSSL does not know it."""

MASK = 0xFFFFFFFF
START = (
    0x7380166F,
    0x4914B2B9,
    0x172442D7,
    0xDA8A0600,
    0xA96F30BC,
    0x163138AA,
    0xE38DEE4D,
    0xB0FB0E4E,
)
BLOCK = 64


def _turned(word: int, bits: int) -> int:
    bits %= 32
    return ((word << bits) | (word >> (32 - bits))) & MASK


CONSTANTS = tuple(_turned(0x79CC4519 if j < 16 else 0x7A879D8A, j) for j in range(64))


class SM3:
    """A running digest with the two methods of ``hashlib`` that are used here.

    >>> running = SM3()
    >>> running.update(b"abc")
    >>> running.hexdigest()
    '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'
    """

    def __init__(self) -> None:
        self._state: tuple[int, ...] = START
        self._rest = b""
        self._length = 0

    def update(self, data: bytes) -> None:
        """Take more bytes in."""
        self._length += len(data)
        data = self._rest + data
        whole = len(data) - len(data) % BLOCK
        for start in range(0, whole, BLOCK):
            self._state = _compressed(self._state, data[start : start + BLOCK])
        self._rest = data[whole:]

    def hexdigest(self) -> str:
        """The digest of what was taken in so far."""
        padding = b"\x80" + b"\0" * ((55 - self._length) % BLOCK) + (self._length * 8).to_bytes(8, "big")
        state, data = self._state, self._rest + padding
        for start in range(0, len(data), BLOCK):
            state = _compressed(state, data[start : start + BLOCK])
        return "".join(f"{word:08x}" for word in state)


def _compressed(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    words = _expanded(block)
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        high = _turned(a, 12)
        first = _turned((high + e + CONSTANTS[j]) & MASK, 7)
        mixed, chosen = (a ^ b ^ c, e ^ f ^ g) if j < 16 else ((a & b) | (a & c) | (b & c), (e & f) | (~e & g))
        left = (mixed + d + (first ^ high) + (words[j] ^ words[j + 4])) & MASK
        right = (chosen + h + first + words[j]) & MASK
        a, b, c, d = left, a, _turned(b, 9), c
        e, f, g, h = right ^ _turned(right, 9) ^ _turned(right, 17), e, _turned(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True))


def _expanded(block: bytes) -> list[int]:
    words = [int.from_bytes(block[start : start + 4], "big") for start in range(0, BLOCK, 4)]
    for j in range(16, 68):
        sum_ = words[j - 16] ^ words[j - 9] ^ _turned(words[j - 3], 15)
        spread = sum_ ^ _turned(sum_, 15) ^ _turned(sum_, 23)
        words.append(spread ^ _turned(words[j - 13], 7) ^ words[j - 6])
    return words
