"""Why a file cannot be read: each names an error code of CONTRACTS and speaks to the person who must act."""

from collections.abc import Mapping

from reimburse.domain.reading import ErrorCode


class ParseError(Exception):
    """The employee must act: another file, another format."""

    code = ErrorCode.UNSUPPORTED
    message = (
        "无法识别这种文件。请上传 PDF、OFD、XML 或清晰的照片。"
        " / This kind of file is not recognised: upload PDF, OFD, XML or a clear photo."
    )

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)


class Unsupported(ParseError):
    """No reader recognises this file."""


class Encrypted(ParseError):
    """The file asks for a password."""

    code = ErrorCode.ENCRYPTED
    message = "文件有密码。请上传没有密码的文件。 / The file is encrypted: upload it without a password."


class Damaged(ParseError):
    """The file is cut off or broken."""

    code = ErrorCode.DAMAGED
    message = "文件不完整或已损坏。请重新下载后再上传。 / The file is incomplete or damaged: download it again."


class TooLarge(ParseError):
    """The file, or what it unpacks to, is over a limit."""

    code = ErrorCode.TOO_LARGE
    message = "文件超过限制。请上传单张发票的文件。 / The file is over a limit: upload one invoice at a time."


class Unsafe(ParseError):
    """The file holds something that is refused on sight."""

    code = ErrorCode.UNSAFE
    message = (
        "文件内容不安全，已拒绝。请从官方渠道重新下载。"
        " / The file is unsafe and was refused: download it from the official site."
    )


class TimedOut(ParseError):
    """Reading took longer than it may."""

    code = ErrorCode.TIMEOUT
    message = "读取超时。请换一份文件，或上传 OFD、XML。 / Reading took too long: try another file, OFD or XML."


class NoInvoice(ParseError):
    """The file can be opened but holds no invoice."""

    code = ErrorCode.NO_INVOICE
    message = (
        "没有找到发票。请确认上传的是发票本身，照片须拍到二维码。"
        " / No invoice found: is this the invoice itself, and is its QR code in the picture?"
    )


WORDS_OF_A_PAGE: Mapping[ErrorCode, tuple[str, str]] = {
    ErrorCode.DAMAGED: ("不完整或已损坏，请重新扫描或下载后再上传", "incomplete or damaged, scan or download it again"),
    ErrorCode.TOO_LARGE: (
        "超过限制，请降低分辨率后单独上传",
        "over a limit, upload it by itself at a lower resolution",
    ),
}


def of_page(problem: ParseError, number: int, *, and_on: bool = False) -> ParseError:
    """The verdict about one page of a file whose other pages are read; ``and_on`` where it is about the rest as well.

    >>> str(of_page(Damaged(), 2)).partition(" / ")[2]
    'Page 2 was not read: incomplete or damaged, scan or download it again.'
    """
    zh, en = WORDS_OF_A_PAGE.get(problem.code, ("", ""))
    if not zh:
        return problem
    where = f"第 {number} 页起没有读取", f"From page {number} on nothing was read"
    if not and_on:
        where = f"第 {number} 页没有读取", f"Page {number} was not read"
    return type(problem)(f"{where[0]}：{zh}。 / {where[1]}: {en}.")
