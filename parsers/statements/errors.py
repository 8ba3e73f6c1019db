"""Why a file gives no statement: each says what the file looks like instead, or what is needed to read it."""

from collections.abc import Sequence

from reimburse.domain.finding import Text


class StatementError(Exception):
    """The file cannot be read as a statement. ``code`` is for programs, ``text`` for people."""

    code = "unreadable"

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return f"{self.text.zh} / {self.text.en}"


class NotAStatement(StatementError):
    """The file is something else; ``looks_like`` names it, as in "an invoice PDF"."""

    code = "not_a_statement"

    def __init__(self, looks_like: Text, advice: Text | None = None) -> None:
        self.looks_like = looks_like
        self.advice = advice or Text("请上传账单的 CSV 或 Excel 文件。", "Give the statement's CSV or Excel file.")
        super().__init__(
            Text(
                f"这不是账单，看起来是{looks_like.zh}。{self.advice.zh}",
                f"This is no statement; it looks like {looks_like.en}. {self.advice.en}",
            )
        )


class UnknownColumns(NotAStatement):
    """A table whose columns no profile knows. ``header`` and ``samples`` are its cells, for mapping them by hand.

    ``row`` is the header's row in the file, ``part`` the sheet or member it stands in.
    """

    code = "unknown_columns"

    def __init__(self, header: Sequence[str], samples: Sequence[Sequence[str]], row: int, part: str | None) -> None:
        super().__init__(Text("一张列名未知的表格", "a table of unknown columns"))
        shown = "、".join(name for name in header if name)[:200]
        self.text = Text(
            f"没有账单样式认识这张表的列（第 {row} 行：{shown}）。请手工指定各列的含义。",
            f"No layout knows the columns of this table (row {row}: {shown}). Map them by hand.",
        )
        self.header, self.samples, self.row, self.part = tuple(header), tuple(map(tuple, samples)), row, part


class MissingColumns(StatementError):
    """The profile that was asked for does not fit: its key columns stand in no row."""

    code = "wrong_profile"


class AmbiguousLayout(StatementError):
    """Two profiles fit equally well; one has to be named."""

    code = "ambiguous"


class PasswordNeeded(StatementError):
    """The archive is locked and no password was given."""

    code = "password_needed"

    def __init__(self) -> None:
        super().__init__(
            Text(
                "压缩包有密码，请提供密码（微信、支付宝在发送账单时给出）。",
                "The archive is locked: give the password that the wallet sent with the bill.",
            )
        )


class WrongPassword(StatementError):
    """The password does not open the archive."""

    code = "wrong_password"

    def __init__(self) -> None:
        super().__init__(Text("密码不对，请核对后重试。", "The password is wrong: check it and try again."))


class Locked(StatementError):
    """A workbook with a password of its own, which cannot be opened here."""

    code = "encrypted"

    def __init__(self) -> None:
        super().__init__(
            Text(
                "工作簿有打开密码，请先去掉密码再上传。",
                "The workbook asks for a password: remove it in Excel and give the file again.",
            )
        )


class Broken(StatementError):
    """The file is cut off or damaged."""

    code = "damaged"

    def __init__(self) -> None:
        super().__init__(
            Text("文件不完整或已损坏，请重新下载。", "The file is incomplete or damaged: download it again.")
        )


class OverLimit(StatementError):
    """The file, or what it unpacks to, is over a limit."""

    code = "too_large"

    def __init__(self) -> None:
        super().__init__(Text("文件超过限制，请按月分开导出。", "The file is over a limit: export it month by month."))


class Refused(StatementError):
    """The file holds something that is refused on sight."""

    code = "unsafe"

    def __init__(self) -> None:
        super().__init__(
            Text("文件内容不安全，已拒绝。", "The file is unsafe and was refused: download it from the bank again.")
        )
