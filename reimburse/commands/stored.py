"""What is stored already, opened by a command."""

import os
from pathlib import Path

import click
from flask import Flask

from reimburse.app import open_app
from reimburse.settings import BadSetting


def app_of(data: Path) -> Flask:
    """The app of a folder that is there already: nothing is made by looking."""
    if not data.is_dir():
        raise click.UsageError(f"数据目录不存在：{data} / There is no data folder {data}: name it with --data.")
    try:
        return open_app(data, os.environ)
    except BadSetting as bad:
        raise click.ClickException(str(bad)) from None
