"""Month end as finance sees it: from approved claims to a posted batch, the bank's result, and one reversal."""

import csv
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn

pytestmark = pytest.mark.slow
STORY: dict[str, str] = {}
WAIT_MS = 40_000


def settled(page: Page, state: str) -> None:
    """Wait until the background has brought the batch here."""
    expect(page.locator("[data-working]")).to_have_count(0, timeout=WAIT_MS)
    expect(page.locator(".page-header .state-badge")).to_have_text(state, timeout=WAIT_MS)


def downloaded(page: Page, words: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=words).first.click()
    return Path(download.value.path()).read_bytes()


def test_one_makes_the_batch_and_is_told_who_freezes_it(sign_in: SignIn) -> None:
    page = sign_in("sun")
    page.goto("/batches")
    row = page.locator("form[data-collect] tbody tr", has_text="吴桐").first
    STORY["claim"] = row.locator("a.digits").inner_text()
    row.locator("input[name=claim]").check()
    page.get_by_role("button", name="收入新批次").first.click()
    page.wait_for_url("**/batches/PC*")
    STORY["batch"] = page.url.rsplit("/", 1)[-1]
    expect(page.locator("body")).to_contain_text("可复核并冻结的同事：周静")
    expect(page.get_by_role("button", name="复核并冻结")).to_have_count(0)


def test_another_freezes_it(sign_in: SignIn) -> None:
    page = sign_in("zhou")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/batches/{STORY['batch']}")
    page.get_by_role("button", name="复核并冻结").click()
    settled(page, "已冻结")
    expect(page.locator("body")).to_contain_text("控制合计")


def test_it_is_exported_and_posted_balanced(sign_in: SignIn) -> None:
    page = sign_in("sun")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/batches/{STORY['batch']}")
    page.get_by_role("button", name="导出并入账").click()
    settled(page, "已导出")
    page.get_by_role("button", name="过账", exact=True).click()
    settled(page, "已过账")
    page.get_by_role("link", name="账务与付款").click()
    rows = page.locator("table tbody tr")
    debit, credit = (cents(rows.locator(f"td:nth-child({column})").all_inner_texts()) for column in (4, 5))
    assert debit == credit > 0


def cents(texts: list[str]) -> int:
    return sum(round(float(text.replace("¥", "").replace(",", "")) * 100) for text in texts if text.strip())


def test_the_file_goes_to_the_bank_and_its_result_comes_back(sign_in: SignIn) -> None:
    page = sign_in("sun")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/payouts")
    row = page.locator("tbody tr", has_text=STORY["batch"])
    expect(row).to_contain_text("••••")
    row.locator("input[name=payout]").check()
    page.get_by_role("button", name="生成付款文件").click()
    page.wait_for_url("**/payouts/files")
    (line,) = csv.DictReader(io.StringIO(downloaded(page, "FK").decode("utf-8-sig")))
    reference, amount = line["业务参考号 Reference"], line["金额 Amount"]
    assert line["收款账号 Account"].isdigit()
    result = f"业务参考号,金额,状态,流水号\n{reference},{amount},支付成功,N20261123\nFK000,1.00,支付成功,\n"
    page.set_input_files("input[name=file]", {"name": "r.csv", "mimeType": "text/csv", "buffer": result.encode("gbk")})
    page.get_by_role("button", name="导入").click()
    expect(page.locator("[data-working]")).to_have_count(0, timeout=WAIT_MS)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("参考号不是本系统发出的付款")


def test_the_claimant_is_told_what_was_paid(sign_in: SignIn) -> None:
    page = sign_in("wu")
    page.goto(f"/claims/{STORY['claim']}")
    expect(page.locator(".page-header .state-badge")).to_have_text("已付款")
    page.goto("/notices")
    page.get_by_text("请查收").first.click()
    expect(page.locator("body")).to_contain_text(STORY["claim"])
    expect(page.locator("body")).to_contain_text("N20261123")


def test_its_package_is_downloaded_and_proves_itself(sign_in: SignIn, tmp_path: Path) -> None:
    page = sign_in("zhou")
    page.goto(f"/batches/{STORY['batch']}")
    root = page.locator("#proof .batch-digest").inner_text()
    page.get_by_role("button", name="生成档案包").click()
    page.wait_for_url("**/archive/packages")
    expect(page.locator("[data-working]")).to_have_count(0, timeout=WAIT_MS)
    package, script = tmp_path / "package.zip", tmp_path / "verify.py"
    package.write_bytes(downloaded(page, "下载"))
    with zipfile.ZipFile(package) as members:
        script.write_bytes(members.read("verify.py"))
        assert root in members.read("manifest.json").decode()
    told = subprocess.run([sys.executable, "-I", script, package], capture_output=True, text=True, check=False)
    assert (told.returncode, "intact" in told.stdout) == (0, True), told.stdout


def test_the_archive_is_verified_from_its_page(sign_in: SignIn) -> None:
    page = sign_in("zhou")
    page.goto("/archive/verify")
    page.get_by_role("button", name="立即校验").click()
    page.wait_for_url("**/archive/runs/*")
    expect(page.locator("[data-working]")).to_have_count(0, timeout=WAIT_MS)
    expect(page.locator("body")).to_contain_text("档案完好")


def test_one_asks_for_its_reversal_and_another_confirms(sign_in: SignIn) -> None:
    asks, confirms = sign_in("sun"), sign_in("zhou")
    asks.goto(f"/batches/{STORY['batch']}")
    asks.locator("summary", has_text="冲销").click()
    asks.get_by_label("报销单（留空为整批）").fill(STORY["claim"])
    asks.get_by_label("原因").fill("发票被红冲")
    asks.get_by_role("button", name="申请冲销").click()
    expect(asks.locator("body")).to_contain_text("由另一位财务确认")
    confirms.on("dialog", lambda dialog: dialog.accept())
    confirms.goto(f"/batches/{STORY['batch']}")
    confirms.get_by_role("button", name="确认冲销").click()
    expect(confirms.locator("[data-working]")).to_have_count(0, timeout=WAIT_MS)
    expect(confirms.locator("body")).to_contain_text("已冲销：", timeout=WAIT_MS)
    confirms.goto(f"/claims/{STORY['claim']}")
    expect(confirms.locator(".page-header .state-badge")).to_have_text("已冲销")


def test_what_was_paid_is_owed_back_until_it_came(sign_in: SignIn) -> None:
    page = sign_in("sun")
    page.goto("/payouts")
    owed = page.locator(".list-group-item", has_text=f"{STORY['claim']}-R")
    owed.locator("input[name=reference]").fill("N20261124")
    owed.get_by_role("button", name="登记收回").click()
    expect(page.locator(".list-group-item", has_text=f"{STORY['claim']}-R")).to_have_count(0)


@pytest.mark.parametrize(
    "path",
    [
        "/batches",
        "/batches/{batch}",
        "/batches/{batch}/books",
        "/payouts?state=paid",
        "/payouts/files",
        "/periods",
        "/advances",
        "/archive",
        "/archive/items/1",
        "/archive/verify",
        "/archive/seals",
        "/archive/packages",
    ],
)
def test_the_pages_fit_a_phone(sign_in: SignIn, path: str) -> None:
    page = sign_in("zhou")
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(path.format(**STORY))
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
