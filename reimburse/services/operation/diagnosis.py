"""What is missing on this machine and how to mend it: one row a part, for the shell and for the page."""

import ctypes.util
import shutil
import subprocess
import sys
from dataclasses import dataclass

from flask import current_app
from redis.exceptions import RedisError
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from reimburse.domain.finding import Text
from reimburse.services.archive import archive_state
from reimburse.services.invoices.verification_pages import is_proved
from reimburse.services.invoices.verification_service import service
from reimburse.settings import Settings
from reimburse.store.db import db

PROBE = b"is the file store writable?"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: is it well, what was found, what to do where it is not. ``needed`` False: it only improves things."""

    name: Text
    well: bool
    found: str
    remedy: Text | None = None
    needed: bool = True


def diagnose() -> list[Part]:
    """Look at every part. Needs an app context."""
    settings: Settings = current_app.extensions["settings"]
    return [
        _python(),
        _database(settings),
        _queue(settings),
        _files(settings),
        _mail(settings),
        _verification(),
        _archive(),
        _zbar(),
        _font(),
    ]


def _python() -> Part:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Part(
        Text("Python", "Python"),
        (3, 11) <= sys.version_info[:2] <= (3, 13),
        version,
        Text("请使用 3.11 至 3.13", "Use 3.11 to 3.13"),
    )


def _database(settings: Settings) -> Part:
    name, remedy = Text("数据库", "Database"), Text("运行 reimburse db upgrade", "Run reimburse db upgrade")
    try:
        db.session.execute(text("SELECT 1"))
        migrated = inspect(db.session.connection()).has_table("claims")
    except SQLAlchemyError as broken:
        return Part(name, False, str(broken).splitlines()[0], Text("检查 DATABASE_URL", "Check DATABASE_URL"))
    return Part(name, migrated, settings.database.partition("@")[2] or settings.database, None if migrated else remedy)


def _queue(settings: Settings) -> Part:
    name = Text("队列", "Queue")
    try:
        current_app.extensions["queue"].ping()
    except RedisError as away:
        remedy = Text(
            "启动 reimburse up，或检查 REDIS_URL；任务会保留在数据库中。",
            "Start reimburse up, or check REDIS_URL; work waits in the database.",
        )
        return Part(name, False, str(away), remedy)
    return Part(name, True, settings.queue.partition("@")[2] or settings.queue)


def _files(settings: Settings) -> Part:
    name, place = Text("文件存储", "File store"), settings.files_url or str(settings.data / "files")
    files = current_app.extensions["files"]
    try:
        well = files.get(files.put(PROBE)) == PROBE
    except (OSError, ValueError) as broken:
        return Part(
            name, False, str(broken), Text("检查目录权限或 FILES_URL", "Check the folder's permissions or FILES_URL")
        )
    return Part(name, well, place)


def _mail(settings: Settings) -> Part:
    found = settings.smtp_host or str(settings.data / "outbox")
    remedy = Text("设置 smtp_host 后邮件才会真正发出", "Mails leave this machine only once smtp_host is set")
    return Part(Text("邮件", "Mail"), bool(settings.smtp_host), found, remedy, needed=False)


def _verification() -> Part:
    """A service counts as well once it has answered with this company's keys."""
    name, asked = Text("查验接口", "Verification service"), service()
    if asked is None:
        remedy = Text(
            "设置 verification_api_key 和 verification_secret_key 后自动查验；此前由人登记",
            "Set verification_api_key and verification_secret_key to verify by itself; until then people do",
        )
        return Part(name, False, "none", remedy, needed=False)
    try:
        proved = is_proved(asked.name)
    except SQLAlchemyError:
        proved = False
    remedy = Text(
        "接口按公开文档实现，尚无一次真实应答", "Written to the public documentation; it has never answered yet"
    )
    return Part(name, proved, asked.name, None if proved else remedy, needed=False)


def _archive() -> Part:
    """When the archive was verified last and what came of it, and how much of its files was read again in time."""
    name = Text("档案", "Archive")
    remedy = Text(
        "运行 reimburse archive verify，按所列从备份恢复",
        "Run reimburse archive verify and restore what it names from a backup",
    )
    try:
        found = archive_state.state(db.session())
    except SQLAlchemyError as broken:
        return Part(
            name, False, str(broken).splitlines()[0], Text("运行 reimburse db upgrade", "Run reimburse db upgrade")
        )
    fixity, verified = found.fixity, found.verified
    problems = verified.problems if verified else 0
    last = Text("从未校验", "never verified")
    if verified and verified.done_at:
        on = f"{verified.done_at:%Y-%m-%d}"
        last = Text(f"{on} 校验，{problems} 处问题", f"verified {on}, {problems} problems")
    zh = f"{last.zh}；{fixity.days} 天内复读 {fixity.read}/{fixity.files} 个文件，{len(fixity.bad)} 个不符"
    en = f"{last.en}; {fixity.read}/{fixity.files} files read within {fixity.days} days, {len(fixity.bad)} differ"
    well = not (problems or fixity.bad or fixity.due)
    return Part(name, well, f"{zh} / {en}", None if well else remedy)


def _zbar() -> Part:
    found = ctypes.util.find_library("zbar")
    remedy = Text(
        "apt install libzbar0：多识别一些模糊的二维码", "apt install libzbar0: reads a few more blurred QR codes"
    )
    return Part(
        Text("libzbar（二维码第二读取器）", "libzbar (second QR reader)"),
        bool(found),
        found or "none",
        remedy,
        needed=False,
    )


def _font() -> Part:
    lister = shutil.which("fc-list")
    listed = _run([lister, ":lang=zh", "family"]) if lister else ""
    first = listed.splitlines()[0] if listed else "none"
    remedy = Text(
        "apt install fonts-noto-cjk：未嵌入字体的发票预览需要",
        "apt install fonts-noto-cjk: previews of files that embed no font",
    )
    return Part(Text("中文字体", "Chinese font"), bool(listed), first, remedy, needed=False)


def _run(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=10, check=False).stdout  # noqa: S603
