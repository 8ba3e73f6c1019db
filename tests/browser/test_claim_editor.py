"""The claim editor by keyboard and mouse: what is typed is saved, sums stay, a fix leads to its field."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn


@pytest.fixture
def editor(sign_in: SignIn) -> Iterator[Page]:
    """An empty draft of wu's with an invoice dropped on its line; deleted afterwards."""
    page = sign_in("wu")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/claims")
    page.get_by_role("button", name="新建报销单").click()
    page.wait_for_url("**/claims/*/edit")
    page.locator(".wallet-list [data-drag-invoice]").first.drag_to(page.locator(".claim-line").first)
    expect(page.locator(".claim-line .invoice-chip")).to_have_count(1)
    draft = page.url
    yield page
    page.goto(draft)
    page.get_by_role("button", name="删除").click()
    page.wait_for_url("**/claims")


def amounts(page: Page) -> list[str]:
    return [field.input_value() for field in page.locator(".claim-line [name=amount]").all()]


def test_a_dropped_invoice_fills_the_line_and_typing_is_saved(editor: Page) -> None:
    amount = editor.locator(".claim-line [name=amount]").first
    expect(amount).not_to_have_value("0.00")
    expect(editor.locator(".claim-line [name=description]").first).not_to_have_value("")
    amount.fill("1.23")
    expect(editor.locator(".foot-total")).to_have_text("¥1.23")
    expect(editor.locator('[data-rule="R-60"]')).to_have_count(1)
    editor.reload()
    expect(amount).to_have_value("1.23")


def test_a_wrong_amount_is_marked_and_keeps_the_preview_shut(editor: Page) -> None:
    amount = editor.locator(".claim-line [name=amount]").first
    amount.fill("12.345")
    editor.locator("#to-preview").click()
    expect(editor.locator(".text-danger")).to_contain_text("最多两位小数")
    expect(amount).to_be_focused()
    amount.fill("12.34")
    editor.locator("#to-preview").click()
    editor.wait_for_url("**/preview")
    expect(editor.locator("body")).to_contain_text("¥12.34")


def test_a_press_that_lasts_longer_than_saving_opens_the_preview(editor: Page) -> None:
    """What is typed is saved as the button goes down; the answer replaces the link before it comes up."""
    editor.locator(".claim-line [name=amount]").first.fill("12.34")
    link = editor.locator("#to-preview")
    link.evaluate("link => { link.dataset.pressed = 'yes'; }")
    link.hover()
    editor.mouse.down()
    expect(editor.locator("#to-preview[data-pressed]")).to_have_count(0)
    editor.mouse.up()
    editor.wait_for_url("**/preview")
    expect(editor.locator("body")).to_contain_text("¥12.34")


def test_enter_goes_down_the_column_and_adds_a_line_below_the_last(editor: Page) -> None:
    editor.locator(".claim-line [name=amount]").first.press("Enter")
    expect(editor.locator(".claim-line")).to_have_count(2)
    expect(editor.locator(".claim-line [name=amount]").nth(1)).to_be_focused()
    editor.keyboard.press("Shift+Enter")
    expect(editor.locator(".claim-line [name=amount]").first).to_be_focused()


def test_split_and_merge_show_and_keep_the_sum(editor: Page) -> None:
    line = editor.locator(".claim-line").first
    line.locator("[name=amount]").fill("100")
    expect(editor.locator(".foot-total")).to_have_text("¥100.00")
    editor.reload()
    line.locator("summary", has_text="拆分").click()
    line.locator("textarea").fill("33.33 66.6")
    expect(line.locator("[data-split-rest]")).to_contain_text("0.07")
    line.locator("textarea").fill("33.33 66.67")
    line.locator(".split-form .btn-primary").click()
    expect(editor.locator(".claim-line")).to_have_count(2)
    assert amounts(editor) == ["33.33", "66.67"]
    for box in editor.locator("input[form=merge]").all():
        box.check()
    expect(editor.locator("#merge-sum")).to_have_text("2 · 100.00")
    editor.locator("#merge-lines").click()
    expect(editor.locator(".claim-line")).to_have_count(1)
    expect(editor.locator(".foot-total")).to_have_text("¥100.00")


def test_a_fix_leads_to_its_very_field(editor: Page) -> None:
    editor.locator(".claim-line [name=category]").select_option("taxi")
    fix = editor.locator('[data-rule="R-86"] a', has_text="起点")
    fix.click()
    field = editor.locator(".claim-line [name=from]")
    expect(field).to_be_focused()
    field.fill("示例大厦")
    expect(fix).to_have_count(0)


def test_the_editor_fits_a_phone(editor: Page) -> None:
    editor.set_viewport_size({"width": 375, "height": 800})
    assert editor.evaluate("document.documentElement.scrollWidth") <= 375
    expect(editor.locator("#to-preview")).to_be_in_viewport()
