"""The policy's story: the finance head drafts and simulates, a second person approves, everyone reads it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

SignIn = Callable[[str], Page]


def test_a_policy_is_drafted_simulated_approved_and_read(sign_in: SignIn) -> None:
    head = sign_in("zhou")
    head.goto("/policy")
    head.click("text=从现行版本起草")
    head.wait_for_url(re.compile("/policy/drafts/"))
    draft = head.url
    save(head, f"{draft}/severities?q=R-81", lambda: head.select_option("select[name=severity-R-81]", "warn"))
    save(head, f"{draft}/parameters", lambda: head.fill("#large_spend_over", "100"))
    head.goto(draft)
    head.fill("#since", "")
    head.click("text=在已存报销单上模拟")
    expect(head.locator("#simulation")).to_contain_text("重判", timeout=30_000)
    expect(head.locator("#simulation")).to_contain_text("R-58")
    head.fill("#version", "浏览器版")
    head.fill("#reason", "小额支出也要合同")
    head.click("text=提交第二人批准")
    expect(head.locator("main")).to_contain_text("等待批准")

    second = sign_in("sun")
    second.goto(draft)
    expect(second.locator("main")).not_to_contain_text("请重新模拟")
    second.on("dialog", lambda dialog: dialog.accept())
    second.click("text=批准并发布")
    second.wait_for_url(re.compile("/policy/versions/"))

    employee = sign_in("lin")
    employee.goto("/notices")
    employee.click("text=报销政策 浏览器版")
    employee.wait_for_url(re.compile("/policy/versions/"))
    expect(employee.locator("main")).to_contain_text("小额支出也要合同")
    expect(employee.locator(".policy-new").first).to_have_text("100.00")


def save(page: Page, address: str, change: Callable[[], object]) -> None:
    """Change something on a page of the editor, and save."""
    page.goto(address)
    change()
    page.click("form[method=post] >> text=保存")
    expect(page.locator(".alert-success")).to_be_visible()
