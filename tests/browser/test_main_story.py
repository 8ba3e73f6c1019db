"""From upload to export, through one return and one correction, as each role sees it."""

import io
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect
from python_calamine import load_workbook

from reimburse.demo.samples import samples
from reimburse.store.db import today
from tests.browser.conftest import SignIn

SOUND = ("stationery.pdf", "phone-bill.pdf", "courier.pdf", "title-short.pdf")
OTHERS = ("lunch.ofd", "training.xml", "photographed-meal.jpg", "software.ofd", "software.xml", "hotel-folio.pdf")
CLAIM: dict[str, str] = {}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fresh invoices that stand in nobody's wallet, and one file that is no invoice at all."""
    place = tmp_path_factory.mktemp("invoices")
    for sample in samples(today(), seed=4711):
        (place / sample.name).write_bytes(sample.data)
    (place / "broken.pdf").write_bytes(b"%PDF-1.7 cut off")
    return place


def numbers(names: tuple[str, ...]) -> list[str]:
    made = {sample.name: sample.invoice for sample in samples(today(), seed=4711)}
    return [str(made[name].number) for name in names]


def card(page: Page, number: str) -> object:
    return page.locator(".invoice-card", has_text=number)


def test_an_employee_drops_ten_files_of_five_formats(sign_in: SignIn, folder: Path) -> None:
    page = sign_in("lin")
    page.goto("/invoices")
    page.set_input_files("#files", [folder / name for name in (*SOUND, *OTHERS, "broken.pdf")])
    expect(page.locator("#received")).to_contain_text("broken.pdf")
    expect(page.locator("#received")).to_contain_text("不完整或已损坏", timeout=60_000)
    expect(page.locator("#received").get_by_text("读取中")).to_have_count(0, timeout=60_000)
    expect(page.locator("#received")).to_contain_text("酒店")
    page.goto("/invoices?state=free")
    for number in numbers((*SOUND, "lunch.ofd", "training.xml", "photographed-meal.jpg", "software.ofd")):
        expect(card(page, number)).to_have_count(1)


def test_two_invoices_of_one_file_stand_below_each_other(sign_in: SignIn, folder: Path, tmp_path: Path) -> None:
    with pypdfium2.PdfDocument.new() as both:
        for name in SOUND[:2]:
            with pypdfium2.PdfDocument(folder / name) as one:
                both.import_pages(one)
        both.save(tmp_path / "both.pdf")
    page = sign_in("lin")
    page.goto("/invoices")
    page.set_input_files("#files", [tmp_path / "both.pdf"])
    place = page.locator("#received .file-card:has(> .card + .card)")
    expect(place.locator("> .card")).to_have_count(2, timeout=60_000)
    upper, lower = (place.locator("> .card").nth(index).bounding_box() for index in range(2))
    around = place.bounding_box()
    assert upper
    assert lower
    assert around
    assert upper["y"] + upper["height"] <= lower["y"]
    assert lower["y"] + lower["height"] <= around["y"] + around["height"] + 1


def test_the_employee_makes_a_claim_and_is_told_what_is_wrong(sign_in: SignIn, folder: Path) -> None:
    page = sign_in("lin")
    page.goto("/invoices?state=free")
    for number in numbers(SOUND):
        card(page, number).locator("input[type=checkbox]").check()
    page.locator("[data-selection-button]").click()
    page.wait_for_url("**/claims/*/edit")
    CLAIM["no"] = page.url.rsplit("/", 2)[1]
    page.get_by_label("报销事由").fill("十一月办公与通讯")
    expect(page.locator(".claim-line")).to_have_count(4)
    expect(page.locator("body")).to_contain_text("R-01")
    expect(page.locator("body")).to_contain_text("缺后缀“有限公司”")
    attach(page, "verification_screenshot", folder / "verification.png")
    expect(page.locator("#foot")).to_contain_text("已保存")
    submit(page)
    expect(page.locator("body")).to_contain_text("已退回", timeout=30_000)
    expect(page.locator("body")).to_contain_text("应为")


def attach(page: Page, kind: str, file: Path) -> None:
    """Attach to the whole claim by the form in the side column."""
    form = page.locator("#upload-claim")
    if not form.is_visible():
        page.locator("details.upload", has=form).locator("summary").click()
    form.locator("select[name=kind]").select_option(kind)
    form.locator("input[type=file]").set_input_files(file)
    form.locator("button").click()
    expect(page.locator("#evidence-claim")).to_contain_text(file.name)


def submit(page: Page) -> None:
    page.goto(f"/claims/{CLAIM['no']}/preview")
    page.locator("input[name=pledge]").check()
    page.get_by_role("button", name="确认提交").click()
    page.wait_for_url(f"**/claims/{CLAIM['no']}")


def test_the_employee_mends_it_and_submits_again(sign_in: SignIn) -> None:
    page = sign_in("lin")
    page.goto("/")
    page.get_by_text(CLAIM["no"]).first.click()
    page.get_by_role("link", name="修改后重新提交").click()
    page.on("dialog", lambda dialog: dialog.accept())
    wrong = page.locator(".claim-line", has_text=numbers(("title-short.pdf",))[0][-8:])
    wrong.get_by_role("button", name="移除", exact=True).click()
    expect(page.locator(".claim-line")).to_have_count(3)
    submit(page)
    expect(page.locator("body")).to_contain_text("审核中", timeout=30_000)


def test_an_approver_returns_one_line_and_approves_the_rest(sign_in: SignIn) -> None:
    page = sign_in("zhao")
    page.goto("/review")
    page.get_by_text(CLAIM["no"]).first.click()
    page.wait_for_url(f"**/review/{CLAIM['no']}")
    expect(page.locator("img").first).to_be_visible()
    line = page.locator(".review-line", has_text="基础电信")
    line.get_by_text("退回", exact=True).click()
    line.locator("textarea, input[type=text]").first.fill("请注明使用人")
    page.get_by_role("button", name="按行提交").click()
    expect(page.locator("body")).not_to_contain_text("出错编号")
    page.goto(f"/claims/{CLAIM['no']}")
    expect(page.locator("body")).to_contain_text("已通过")
    expect(page.locator("body")).to_contain_text(f"{CLAIM['no']}-2")


def test_the_returned_line_comes_back_corrected(sign_in: SignIn) -> None:
    page = sign_in("lin")
    page.goto(f"/claims/{CLAIM['no']}-2/edit")
    expect(page.locator(".claim-line")).to_have_count(1)
    page.locator("input[name=description]").fill("林晓手机费")
    expect(page.locator("#foot")).to_contain_text("已保存")
    page.goto(f"/claims/{CLAIM['no']}-2/preview")
    page.locator("input[name=pledge]").check()
    page.get_by_role("button", name="确认提交").click()
    expect(page.locator("body")).to_contain_text("审核中", timeout=30_000)


def test_the_approver_approves_by_key(sign_in: SignIn) -> None:
    page = sign_in("zhao")
    page.goto(f"/review/{CLAIM['no']}-2")
    page.keyboard.press("a")
    page.wait_for_url(lambda url: not url.endswith(f"{CLAIM['no']}-2"))
    page.goto(f"/claims/{CLAIM['no']}-2")
    expect(page.locator("body")).to_contain_text("已通过")


def test_finance_collects_freezes_and_exports(sign_in: SignIn) -> None:
    maker, checker = sign_in("sun"), sign_in("zhou")
    maker.goto("/batches")
    for claim_no in (CLAIM["no"], f"{CLAIM['no']}-2"):
        maker.locator(f"input[name=claim][value='{claim_no}']").check()
    maker.get_by_role("button", name="收入新批次", exact=True).click()
    maker.wait_for_url("**/batches/*")
    checker.on("dialog", lambda dialog: dialog.accept())
    checker.goto(maker.url)
    checker.get_by_role("button", name="复核并冻结").click()
    settled(checker, "已冻结")
    checker.get_by_role("button", name="导出并入账").click()
    settled(checker, "已导出")
    book = load_workbook(io.BytesIO(downloaded(checker, "XLSX")))
    assert len(book.sheet_names) == 3
    with zipfile.ZipFile(io.BytesIO(downloaded(checker, "原件 ZIP"))) as package:
        assert package.testzip() is None
        assert "manifest.json" in package.namelist()
        assert sum(CLAIM["no"] in name for name in package.namelist()) >= 3


def settled(page: Page, state: str) -> None:
    """Wait until the background is through with the batch."""
    expect(page.locator("[data-working]")).to_have_count(0, timeout=30_000)
    expect(page.locator(".page-header .state-badge")).to_have_text(state, timeout=30_000)


def downloaded(page: Page, words: str) -> bytes:
    with page.expect_download() as download:
        page.locator(".list-group-item", has_text=words).locator("a").first.click()
    return Path(download.value.path()).read_bytes()


def test_the_claimant_sees_where_it_is(sign_in: SignIn) -> None:
    page = sign_in("lin")
    page.goto(f"/claims/{CLAIM['no']}")
    expect(page.locator("body")).to_contain_text("已导出")
    expect(page.locator("body")).to_contain_text("第 2 轮")
