"""``reimburse up``: web, worker, scheduler and embedded queue in one foreground process tree."""

import fcntl
import http.client
import os
import secrets
import socket
import sys
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from reimburse.commands import embedded_queue
from reimburse.commands.process_tree import ProcessTree, Stopped
from reimburse.settings import BadSetting, Settings

if TYPE_CHECKING:
    from flask import Flask

READY_S = 60
WORKERS = 2
SAMPLES = "sample-invoices"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--data", type=click.Path(path_type=Path), default=None, help="Data folder (default: ./data).")
@click.option("--demo/--no-demo", default=True, help="Seed a fictional company into an empty data folder.")
def up(host: str, port: int, data: Path | None, demo: bool) -> None:
    """Start everything: web, worker, scheduler, queue. Ctrl-C stops all of it."""
    folder = _usable((data or Path(os.environ.get("REIMBURSE_DATA", "data"))).resolve())
    with _only_instance(folder):
        _check_port(host, port)
        os.environ.setdefault("REIMBURSE_PUBLIC_URL", _address(host, port))
        tree = ProcessTree({**os.environ, "REIMBURSE_DATA": str(folder)}, _logs(folder))
        tree.stop_on_signals()
        try:
            _run(tree, folder, host, port, demo)
        except Stopped:
            click.echo("正在停止… / Stopping…", err=True)
        finally:
            tree.stop()


def _run(tree: ProcessTree, folder: Path, host: str, port: int, demo: bool) -> None:
    # The checks above must answer at once; what follows takes a second to import.
    from reimburse.app import open_app
    from reimburse.demo import seed
    from reimburse.services.company import setup
    from reimburse.store.upgrade import upgrade

    try:
        app = open_app(folder, os.environ)
    except BadSetting as bad:
        raise click.ClickException(str(bad)) from None
    settings: Settings = app.extensions["settings"]
    if not settings.redis_url:
        _start_queue(tree, settings)
    with app.app_context():
        upgrade()
        if demo and (setup.is_needed() or seed.is_unfinished(folder / SAMPLES)):
            click.echo("首次启动：正在准备演示数据… / First start: preparing demo data…", err=True)
            seed.seed()
            seed.write_files(folder / SAMPLES)
    tree.start("scheduler", [sys.executable, "-m", "workers.schedule"])
    for number in range(1, WORKERS + 1):
        tree.start(f"worker-{number}", [sys.executable, "-m", "workers.run"])
    tree.start("web", [sys.executable, "-m", "reimburse.cli", "web", "--host", host, "--port", str(port)])
    _wait_for_web(tree, host, port)
    _greet(app, host, port)
    tree.watch()


def _usable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{secrets.token_hex(4)}"
        probe.touch()
        probe.unlink()
    except OSError as refused:
        raise click.ClickException(
            f"数据目录不可写：{folder}（{refused.strerror}），请用 --data 指定其他目录。"
            f" / Cannot write to the data folder {folder}: choose another with --data."
        ) from None
    return folder


def _only_instance(folder: Path) -> IO[str]:
    lock = (folder / "lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise click.ClickException(
            f"该数据目录已有一个实例在运行（进程 {lock.read().strip()}）。"
            " / Another instance is running on this data folder: stop it first or choose another with --data."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refused:
            raise click.ClickException(
                f"{host}:{port} 无法使用（{refused.strerror}），请用 --port 换一个端口。"
                f" / {host}:{port} cannot be used: choose another with --port."
            ) from None


def _logs(folder: Path) -> Path:
    logs = folder / "logs"
    logs.mkdir(exist_ok=True)
    return logs


def _start_queue(tree: ProcessTree, settings: Settings) -> None:
    process = tree.start("queue", embedded_queue.command(settings))
    if not embedded_queue.wait_until_ready(settings, process):
        raise click.ClickException(
            f"队列未能启动，见 {tree.log_folder / 'queue.log'}。 / The queue did not start, see its log."
        )


def _wait_for_web(tree: ProcessTree, host: str, port: int) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        tree.go_on()
        if tree.running["web"].poll() is not None:
            break
        if _answers(host, port):
            return
        time.sleep(0.1)
    raise click.ClickException(
        f"网页服务未能启动，见 {tree.log_folder / 'web.log'}。 / The web server did not start, see its log."
    )


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(_reachable(host), port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def _address(host: str, port: int) -> str:
    """Where a browser on this machine finds it."""
    plain = _reachable(host)
    return f"http://{f'[{plain}]' if ':' in plain else plain}:{port}"


def _greet(app: "Flask", host: str, port: int) -> None:
    from reimburse.services.company import setup

    address = _address(host, port)
    settings: Settings = app.extensions["settings"]
    with app.app_context():
        accounts = setup.demo_accounts()
        needed = setup.is_needed()
    click.echo(f"\n报销台已启动 / The expense desk is up:  {address}")
    if needed:
        click.echo(f"首次设置（仅限本机） / Set up (this machine only):  {address}/setup")
    if accounts:
        click.echo("演示账号，密码均为 demo / Demo accounts, password demo:")
        for login, words in accounts:
            click.echo(f"  {login:<8} {words}")
        click.echo(f"可拖入页面试用的示例发票 / Sample invoices to drop on the page:  {settings.data / SAMPLES}")
    click.echo("Ctrl-C 停止 / stops it.")
