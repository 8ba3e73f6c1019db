"""Finance imports two statements, confirms what is proposed, resolves a doubt, splits a group, and less is left."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reimburse.demo.samples import samples
from reimburse.demo.samples.statements import Spend, company_statement, wechat_bill
from reimburse.store.db import today
from tests.browser.conftest import SignIn

INVOICES = {sample.name: sample.invoice for sample in samples(today()) if sample.invoice}


def paid(name: str, days: int, method: str = "") -> Spend:
    """A payment of a demo invoice, so many days after it."""
    invoice = INVOICES[name]
    day: date = invoice.issue_date or today()
    return Spend(day + timedelta(days=days), invoice.seller.name or "", invoice.total_incl_tax, "货款", method)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A company account's statement with a doubtful payment, and a wallet's bill with a row of the card's statement."""
    folder = tmp_path_factory.mktemp("statements")
    bank = [paid("dinner.pdf", 1), paid("vague-item.pdf", 1), paid("taxi.pdf", -1), paid("taxi.pdf", 1)]
    card = [spend for spend in _demo_wallet() if spend.method]
    (folder / "bank.csv").write_bytes(company_statement(bank, "9900000000000000029", "示例云帆科技有限公司"))
    (folder / "wallet.csv").write_bytes(wechat_bill(card, "林晓"))
    return folder / "bank.csv", folder / "wallet.csv"


def _demo_wallet() -> list[Spend]:
    from reimburse.demo.payments import wallet

    return wallet(samples(today()), today())


def bring_in(page: Page, file: Path, account: str, holder: str = "") -> None:
    page.goto("/statements")
    page.set_input_files("#file", file)
    page.get_by_role("button", name="预览").click()
    page.get_by_label("新账户名称").fill(account)
    page.get_by_label("持有人工号").fill(holder)
    page.get_by_role("button", name="确认导入").click()
    expect(page.locator("body")).to_contain_text("已导入")


def left(page: Page) -> int:
    """How many payments have no invoice in sight."""
    page.goto("/matching")
    return int(re.findall(r"\d+", page.locator("[data-left=payments]").inner_text())[0])


def to_do(page: Page) -> int:
    page.goto("/matching")
    return int(page.locator(".btn-list .badge").first.inner_text())


def until_matched(page: Page, words: str) -> None:
    """Look again until the engine, in the background, has proposed a group with these words."""
    for _ in range(120):
        page.goto("/matching")
        if page.locator(".match-group", has_text=words).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(words)


def group(page: Page, words: str) -> object:
    return page.locator(".match-group", has_text=words).first


def test_two_statements_come_in(sign_in: SignIn, files: tuple[Path, Path]) -> None:
    page = sign_in("sun")
    before = left(page)
    bring_in(page, files[0], "一般户 0029")
    until_matched(page, "¥398.00")
    bring_in(page, files[1], "林晓的微信", "lin")
    expect(page.locator("body")).to_contain_text("也在“招商银行信用卡 9904”中")
    assert left(page) == before + 1, "one of two equal payments lacks an invoice; the card's row counts once"


def test_what_is_proposed_is_confirmed(sign_in: SignIn) -> None:
    page = sign_in("sun")
    before = to_do(page)
    card = group(page, "¥398.00")
    expect(card).to_contain_text("金额一致 398.00")
    expect(card).to_contain_text("相差 1 天")
    card.get_by_role("button", name="确认", exact=True).click()
    expect(page.locator("body")).to_contain_text("已确认 1 组")
    assert to_do(page) == before - 1


def test_a_doubt_is_resolved(sign_in: SignIn) -> None:
    page = sign_in("sun")
    page.goto("/matching?state=ask")
    card = group(page, "¥76.93")
    expect(card).to_contain_text("需要您选择")
    card.locator("input[type=radio]").nth(1).check()
    card.get_by_role("button", name="就是这种").click()
    expect(page.locator("body")).to_contain_text("已按您的选择配对")
    page.goto("/matching?state=confirmed")
    expect(group(page, "¥76.93")).to_contain_text("人工配对")


def test_a_group_is_split_and_not_proposed_again(sign_in: SignIn) -> None:
    page = sign_in("sun")
    before = left(page)
    group(page, "¥565.00").get_by_role("button", name="拆开").click()
    expect(page.locator("body")).to_contain_text("已拆开")
    assert left(page) == before + 1
    page.get_by_role("button", name="重新对账").click()
    expect(page.locator(".match-group", has_text="¥565.00")).to_have_count(0)


def test_the_list_of_what_is_left_shrinks(sign_in: SignIn) -> None:
    page = sign_in("sun")
    before = left(page)
    payments, invoices = page.locator(".match-payments .match-item"), page.locator(".match-invoices .match-item")
    payments.filter(has_text="¥565.00").locator("input[type=checkbox]").check()
    invoices.filter(has_text="¥565.00").locator("input[type=checkbox]").first.check()
    expect(page.locator("[data-pair]")).to_contain_text("差额 ¥0.00")
    page.get_by_role("button", name="配为一组").click()
    expect(page.locator("body")).to_contain_text("已配为一组")
    item = payments.filter(has_text="国家金库样城支库")
    item.get_by_text("无需发票").click()
    item.get_by_label("原因").fill("税款")
    item.get_by_role("button", name="记下").click()
    expect(page.locator("body")).to_contain_text("已记为无需发票")
    assert left(page) == before - 2


def test_the_invoice_shows_its_payment(sign_in: SignIn) -> None:
    page = sign_in("lin")
    page.goto("/invoices?state=claimed")
    page.locator(".invoice-card", has_text=str(INVOICES["vague-item.pdf"].number)).locator("a").first.click()
    expect(page.locator("#payments")).to_contain_text("财务已确认")
    expect(page.locator("#payments")).to_contain_text("¥565.00")
