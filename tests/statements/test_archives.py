"""Bills as wallets send them: in an archive, mostly locked; and archives made to do harm."""

import io
import zipfile

import pytest
import pyzipper

from parsers.statements import (
    Broken,
    NotAStatement,
    OverLimit,
    PasswordNeeded,
    Refused,
    StatementError,
    WrongPassword,
    read_statement,
)
from reimburse.domain.statement import Statement
from tests.statements.shipped import PROFILES
from tests.statements.test_layouts import CASES, content

WECHAT = content(CASES["wechat_xlsx"])
ALIPAY = content(CASES["alipay_app"])
MERCHANT = content(CASES["alipay_company"])
PASSWORD = "261234"


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def locked(name: str, data: bytes, encryption: int | None = pyzipper.WZ_AES) -> bytes:
    buffer = io.BytesIO()
    with pyzipper.AESZipFile(buffer, "w", compression=pyzipper.ZIP_DEFLATED, encryption=encryption) as archive:
        archive.setpassword(PASSWORD.encode())
        archive.writestr("微信支付账单/", b"")
        archive.writestr(name, data)
    return buffer.getvalue()


def locked_the_old_way(name: str, data: bytes, password: bytes = PASSWORD.encode()) -> bytes:
    """One stored member under ZipCrypto, written by hand: the libraries at hand only read it."""
    keys = _Keys(password)
    crc = zipfile.crc32(data)
    body = keys.encrypted(bytes(11) + bytes([crc >> 24]) + data)
    plain = zipped_stored(name, data)
    return with_flag(plain, data, body)


class _Keys:
    """ZipCrypto's three keys (PKWARE APPNOTE 6.1)."""

    def __init__(self, password: bytes) -> None:
        self.keys = [0x12345678, 0x23456789, 0x34567890]
        self.table = [self._crc_of(byte) for byte in range(256)]
        for byte in password:
            self._update(byte)

    def encrypted(self, data: bytes) -> bytes:
        out = bytearray()
        for byte in data:
            mixed = (self.keys[2] | 2) & 0xFFFF
            out.append(byte ^ ((mixed * (mixed ^ 1) >> 8) & 0xFF))
            self._update(byte)
        return bytes(out)

    def _update(self, byte: int) -> None:
        self.keys[0] = self._crc(self.keys[0], byte)
        self.keys[1] = ((self.keys[1] + (self.keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        self.keys[2] = self._crc(self.keys[2], self.keys[1] >> 24)

    def _crc(self, key: int, byte: int) -> int:
        return (key >> 8) ^ self.table[(key ^ byte) & 0xFF]

    @staticmethod
    def _crc_of(byte: int) -> int:
        for _ in range(8):
            byte = (byte >> 1) ^ (0xEDB88320 if byte & 1 else 0)
        return byte


def zipped_stored(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def with_flag(plain: bytes, data: bytes, body: bytes) -> bytes:
    """The stored archive with its member's bytes exchanged for locked ones, twelve longer."""
    start = plain.index(data)
    central = start + len(data)
    head = bytearray(plain[:start])
    tail = bytearray(plain[central:])
    size = len(body).to_bytes(4, "little")
    head[6] |= 1
    head[18:22] = size
    tail[8] |= 1
    tail[20:24] = size
    end = tail.rindex(b"PK\x05\x06")
    tail[end + 16 : end + 20] = (central + 12).to_bytes(4, "little")
    return bytes(head) + body + bytes(tail)


def read(data: bytes, password: str | None = PASSWORD) -> tuple[Statement, ...]:
    return read_statement("微信支付账单.zip", data, PROFILES, password=password)


@pytest.mark.parametrize(
    "archive", [locked("微信支付账单.xlsx", WECHAT), locked_the_old_way("微信支付账单.xlsx", WECHAT)]
)
def test_a_locked_bill_opens_with_its_password(archive: bytes) -> None:
    (statement,) = read(archive)
    assert (statement.profile, len(statement.rows), statement.part) == ("wechat", 2, "微信支付账单.xlsx")


@pytest.mark.parametrize("archive", [locked("a.csv", ALIPAY), locked_the_old_way("a.csv", ALIPAY)])
@pytest.mark.parametrize(
    ("password", "problem"), [(None, PasswordNeeded), ("000000", WrongPassword), ("", WrongPassword)]
)
def test_without_the_right_password_it_stays_closed(archive: bytes, password: str | None, problem: type) -> None:
    with pytest.raises(problem):
        read(archive, password)


def test_a_summary_beside_the_bill_is_passed_over() -> None:
    archive = zipped(**{"账务汇总.csv": "#汇总\n类型,笔数\n收入,1\n".encode("gb18030"), "账务明细.csv": MERCHANT})
    (statement,) = read(archive)
    assert (statement.profile, statement.part) == ("alipay_company", "账务明细.csv")


def test_two_bills_are_two_statements_and_the_same_bill_twice_is_one() -> None:
    archive = zipped(**{"a.csv": ALIPAY, "b.xlsx": WECHAT, "copy of a.csv": ALIPAY})
    assert [statement.part for statement in read(archive)] == ["a.csv", "b.xlsx"]


def test_an_archive_in_an_archive_is_opened_once_more() -> None:
    assert read(zipped(**{"inner.zip": locked("a.csv", ALIPAY)}))[0].profile == "alipay_app"


@pytest.mark.parametrize(
    ("archive", "problem"),
    [
        (zipped(**{"deep.zip": zipped(**{"deeper.zip": zipped(**{"a.csv": ALIPAY})})}), OverLimit),
        (zipped(**{"a.csv": bytes(40 * 1024 * 1024)}), OverLimit),
        (zipped(**{"a.csv": bytes(20 * 1024 * 1024)}), Refused),
        (zipped(**{f"{index}.csv": b"x" for index in range(61)}), OverLimit),
        (zipped(**{"a.csv": ALIPAY})[:-30], Broken),
        (zipped(**{"readme.txt": b"hello"}), NotAStatement),
        (zipped(), NotAStatement),
    ],
)
def test_archives_made_to_do_harm(archive: bytes, problem: type[StatementError]) -> None:
    with pytest.raises(problem):
        read(archive)


def test_the_archive_is_named_for_what_it_is() -> None:
    with pytest.raises(NotAStatement) as told:
        read(zipped(**{"readme.txt": b"hello"}))
    assert told.value.looks_like.en == "an archive without a statement"
