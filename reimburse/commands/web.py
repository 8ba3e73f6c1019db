"""``reimburse web``: the pages alone, by gunicorn."""

import os
import sys
from pathlib import Path

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--data", type=click.Path(path_type=Path), default=None, help="Data folder (default: ./data).")
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
def web(host: str, port: int, data: Path | None, processes: int) -> None:
    """Serve the pages."""
    if data:
        os.environ["REIMBURSE_DATA"] = str(data.resolve())
    options = ["--bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}", "--worker-class", "gthread"]
    options += ["--workers", str(processes), "--threads", "8", "--timeout", "120", "--graceful-timeout", "5"]
    options += ["--log-level", "warning", "--worker-tmp-dir", _memory_folder()]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *options, "reimburse.wsgi:application"])  # noqa: S606


def _memory_folder() -> str:
    """Where gunicorn keeps its heartbeat files; in memory where there is such a folder."""
    return next(folder for folder in ("/dev/shm", "/tmp") if Path(folder).is_dir())  # noqa: S108
