"""The layouts of vouchers and payment files in force: the shipped ones, and the company's own in the data folder."""

from functools import lru_cache
from pathlib import Path

from reimburse.export.chart import FILE, PAYERS, Chart, load_chart
from reimburse.export.layout import Layout, load_layouts
from reimburse.export.payments import Payer, load_payers
from reimburse.services.company.accounts import settings
from reimburse.settings import data_folder

Layouts = dict[str, Layout]
VOUCHERS, PAYMENTS = "vouchers", "payments"


def chart() -> Chart:
    """The accounts and how vouchers are made."""
    return load_chart(_folder_of(VOUCHERS, FILE))


def payers() -> tuple[Payer, ...]:
    """The accounts that are paid from."""
    return load_payers(_folder_of(PAYMENTS, PAYERS))


def voucher_layouts() -> Layouts:
    """The layouts of vouchers by name; a file of the company's own takes the place of a shipped one."""
    return _layouts(VOUCHERS)


def payment_layouts() -> Layouts:
    """The layouts of payment files by name, likewise."""
    return _layouts(PAYMENTS)


def _layouts(kind: str) -> Layouts:
    folders = (data_folder("config") / kind, settings().data / kind)
    paths = (path for folder in folders for path in sorted(folder.glob("*.toml")))
    return _loaded(folders, tuple((path, path.stat().st_mtime_ns) for path in paths))


@lru_cache(maxsize=8)
def _loaded(folders: tuple[Path, ...], _state: tuple[tuple[Path, int], ...]) -> Layouts:
    """The files and when they were changed are part of the key, so that the cache never holds an outdated layout."""
    return load_layouts(*folders)


def _folder_of(kind: str, file: str) -> Path:
    own = settings().data / kind
    return own if (own / file).is_file() else data_folder("config") / kind
