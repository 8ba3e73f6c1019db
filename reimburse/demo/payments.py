"""The demo's money: the company account and a card in one person's hands, matched, and two statements to try with."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from reimburse.demo.samples import Sample
from reimburse.demo.samples.statements import Spend, card_statement, company_statement, wechat_bill
from reimburse.services.matching import match_decisions, matching_runs
from reimburse.services.statements import statement_imports
from reimburse.services.statements.payment_accounts import AccountChoice
from reimburse.store.db import db
from reimburse.store.matches import MatchGroupRow
from reimburse.store.payments import StatementImportRow
from reimburse.store.people import PersonRow

ACCOUNT = "9900000000000000011"
OWNER = "示例云帆科技有限公司"
CARD = "9904"
BY_TRANSFER = ("software.pdf", "consulting.pdf", "printer.ofd")
BY_CARD = ("hotel.pdf", "lunch.ofd", "courier.pdf")
BY_WALLET = ("taxi.pdf", "stationery.pdf")


def seed(people: dict[str, int], files: Sequence[Sample], on: date) -> None:
    """Import both statements, let the engine run, and confirm one of its groups. What stands already is kept."""
    if db.session.scalar(select(StatementImportRow.id).limit(1)) is not None:
        return
    finance = db.session.get_one(PersonRow, people["sun"])
    _bring_in(finance, ("公司账户流水.csv", company_statement(transfers(files, on), ACCOUNT, OWNER)), "公司基本户 0011")
    month, spends = card_month(files, on)
    _bring_in(finance, ("信用卡账单.csv", card_statement(spends, month)), f"招商银行信用卡 {CARD}", "lin", own=True)
    matching_runs.match_payments()
    group = db.session.scalars(select(MatchGroupRow).where(MatchGroupRow.is_unique).order_by(MatchGroupRow.id)).first()
    if group:
        match_decisions.confirm(finance, {group.id: group.version})


def write_files(folder: Path, files: Sequence[Sample], on: date) -> int:
    """Write a wallet's bill and a later company statement to try imports with; how many."""
    later = [Spend(on - timedelta(days=1), "样城物业管理有限公司", Decimal("2600.00"), "十一月物业费")]
    made = {
        "wechat-bill.csv": wechat_bill(wallet(files, on), "林晓"),
        "company-account.csv": company_statement([*transfers(files, on), *later], ACCOUNT, OWNER),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return len(made)


def transfers(files: Iterable[Sample], on: date) -> list[Spend]:
    """What went out of the company's account: three invoices paid, and three payments that lack one."""
    paid = [_paid(sample, 2, "货款") for sample in _named(files, BY_TRANSFER)]
    others = [
        Spend(on - timedelta(days=9), "样城云服务有限公司", Decimal("1280.00"), "云主机续费"),
        Spend(on - timedelta(days=6), "示例人力资源服务有限公司", Decimal("5200.00"), "招聘服务费"),
        Spend(on - timedelta(days=4), "国家金库样城支库", Decimal("3150.00"), "增值税"),
    ]
    return sorted([*paid, *others], key=lambda spend: spend.on)


def card_month(files: Iterable[Sample], on: date) -> tuple[date, list[Spend]]:
    """The card's statement: purchases at the till, and one through a wallet, which its bill names too."""
    spends = [_paid(sample, 0, "") for sample in _named(files, BY_CARD)]
    spends.append(Spend(on - timedelta(days=5), "财付通-样城便利店", Decimal("58.00"), method=CARD))
    ordered = sorted(spends, key=lambda spend: spend.on)
    return ordered[-1].on.replace(day=1), ordered


def wallet(files: Iterable[Sample], on: date) -> list[Spend]:
    """A wallet's bill: one purchase paid with the card above, some from the wallet's own balance, one refunded."""
    rides = [_paid(sample, 0, "消费") for sample in _named(files, BY_WALLET)]
    back = "420000990020261100000000000042"
    return [
        *(Spend(ride.on, ride.payee, ride.amount, ride.memo) for ride in rides),
        Spend(on - timedelta(days=5), "样城便利店", Decimal("58.00"), "办公用水", f"招商银行信用卡({CARD})"),
        Spend(on - timedelta(days=3), "样城书店", Decimal("45.00"), "图书", number=back),
        Spend(on - timedelta(days=2), "样城书店", Decimal("-45.00"), "图书", number=f"{back}_1"),
    ]


def _named(files: Iterable[Sample], names: Sequence[str]) -> list[Sample]:
    return [sample for sample in files if sample.name in names]


def _paid(sample: Sample, days: int, memo: str) -> Spend:
    invoice = sample.invoice
    if invoice is None or invoice.issue_date is None or invoice.total_incl_tax is None:
        raise ValueError(sample.name)
    return Spend(
        invoice.issue_date + timedelta(days=days), invoice.seller.name or "", invoice.total_incl_tax, memo, CARD
    )


def _bring_in(by: PersonRow, file: tuple[str, bytes], account: str, holder: str = "", *, own: bool = False) -> None:
    import_id = statement_imports.preview(by, *file)
    row = db.session.get_one(StatementImportRow, import_id)
    choice = AccountChoice(name=account, holder=holder, own=own)
    statement_imports.confirm(by, import_id, {part.ordinal: choice for part in row.parts}, row.version)
