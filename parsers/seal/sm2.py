"""SM2 signatures verified (GB/T 32918.2) on the recommended curve, in plain Python: about two milliseconds each."""

from functools import cache, lru_cache

from parsers.seal.digests import sm3

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0
DEFAULT_ID = b"1234567812345678"
UNCOMPRESSED = 4
WIDTH = 32

Affine = tuple[int, int]
Jacobian = tuple[int, int, int]
INFINITY: Jacobian = (1, 1, 0)


@lru_cache(maxsize=512)
def verify(point: bytes, message: bytes, r: int, s: int, identity: bytes = DEFAULT_ID) -> bool:
    """Whether (r, s) signs the message under the key given as ``04 || x || y``."""
    public = affine(point)
    if public is None or not (1 <= r < N and 1 <= s < N) or (r + s) % N == 0:
        return False
    e = int.from_bytes(sm3(identity_digest(public, identity) + message), "big")
    sum_point = _add(_times_base(s), _times(public, (r + s) % N))
    if sum_point[2] == 0:
        return False
    x = sum_point[0] * pow(sum_point[2], -2, P) % P
    return (e + x) % N == r


def affine(point: bytes) -> Affine | None:
    """The point of an uncompressed key, or None where it is not on the curve."""
    if len(point) != 2 * WIDTH + 1 or point[0] != UNCOMPRESSED:
        return None
    x, y = int.from_bytes(point[1 : WIDTH + 1], "big"), int.from_bytes(point[WIDTH + 1 :], "big")
    if x >= P or y >= P or (y * y - (x * x * x + A * x + B)) % P:
        return None
    return x, y


def identity_digest(public: Affine, identity: bytes = DEFAULT_ID) -> bytes:
    """Z: the digest of the signer's identity, the curve and the key."""
    numbers = (A, B, GX, GY, *public)
    length = (8 * len(identity)).to_bytes(2, "big")
    return sm3(length + identity + b"".join(value.to_bytes(WIDTH, "big") for value in numbers))


def multiple_of_base(k: int) -> Affine:
    """K times the base point, k not a multiple of its order."""
    x, y, z = _times_base(k % N)
    inverse = pow(z, -1, P)
    return x * inverse * inverse % P, y * inverse * inverse * inverse % P


def _double(point: Jacobian) -> Jacobian:
    x, y, z = point
    if z == 0 or y == 0:
        return INFINITY
    square_z, square_y = z * z % P, y * y % P
    slope = 3 * (x - square_z) * (x + square_z) % P
    shift = 4 * x * square_y % P
    new_x = (slope * slope - 2 * shift) % P
    return new_x, (slope * (shift - new_x) - 8 * square_y * square_y) % P, 2 * y * z % P


def _add(one: Jacobian, other: Jacobian) -> Jacobian:
    if one[2] == 0:
        return other
    if other[2] == 0:
        return one
    (x1, y1, z1), (x2, y2, z2) = one, other
    z1z1, z2z2 = z1 * z1 % P, z2 * z2 % P
    u1, u2 = x1 * z2z2 % P, x2 * z1z1 % P
    s1, s2 = y1 * z2 * z2z2 % P, y2 * z1 * z1z1 % P
    if u1 == u2:
        return _double(one) if s1 == s2 else INFINITY
    h, r = u2 - u1, s2 - s1
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return x3, (r * (v - x3) - s1 * hhh) % P, h * z1 * z2 % P


def _sixteen(point: Jacobian) -> list[Jacobian]:
    """0 to 15 times a point."""
    table = [INFINITY, point]
    for _ in range(14):
        table.append(_add(table[-1], point))
    return table


def _times(public: Affine, k: int) -> Jacobian:
    table = _sixteen((*public, 1))
    total = INFINITY
    for shift in range(252, -1, -4):
        if total[2]:
            total = _double(_double(_double(_double(total))))
        total = _add(total, table[k >> shift & 15])
    return total


def _times_base(k: int) -> Jacobian:
    total = INFINITY
    for index, table in enumerate(_base_tables()):
        total = _add(total, table[k >> 4 * index & 15])
    return total


@cache
def _base_tables() -> tuple[list[Jacobian], ...]:
    """For each hexadecimal digit of a factor, 0 to 15 times the base point at that place."""
    tables = []
    point: Jacobian = (GX, GY, 1)
    for _ in range(64):
        tables.append(_sixteen(point))
        point = _add(tables[-1][-1], point)
    return tuple(tables)
