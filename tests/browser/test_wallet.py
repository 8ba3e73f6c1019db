"""The wallet in a real browser: files chosen and dropped, their cards, the selection, the boxes on the picture."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from reimburse.store.db import db
from tests.conftest import PASSWORD
from tests.wallets import sample, work

DROP = """() => { const data = new DataTransfer(); data.items.add(new File(["%PDF-1.4 broken"], "dropped.pdf")); return data; }"""


@pytest.fixture
def address(app: Flask, company: dict[str, int]) -> Iterator[str]:
    """The app behind a socket, its files read by a thread as the worker would."""
    db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    ended = threading.Event()

    def read() -> None:
        with app.app_context():
            while not ended.wait(0.1):
                work()
                db.session.remove()

    threads = [threading.Thread(target=server.serve_forever), threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    ended.set()
    server.shutdown()
    for thread in threads:
        thread.join()


@pytest.fixture
def page(address: str, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(base_url=address, locale="zh-CN")
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=login]", "lin")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{address}/")
    yield page
    context.close()


def test_from_files_to_a_selection_and_back_to_a_picture(page: Page, tmp_path: Path) -> None:
    for name in ("hotel.pdf", "inn.pdf", "trip-itinerary.pdf"):
        (tmp_path / name).write_bytes(sample(name))
    (tmp_path / "empty.pdf").write_bytes(b"")
    page.goto("/invoices")
    page.set_input_files("#files", sorted(tmp_path.glob("*.pdf")))
    page.wait_for_selector("[data-state=refused] >> text=文件是空的")
    page.wait_for_selector("#received .invoice-card >> nth=1")
    page.wait_for_selector("#received >> text=trip-itinerary.pdf")
    data = page.evaluate_handle(DROP)
    page.dispatch_event("body", "dragenter", {"dataTransfer": data})
    assert page.is_visible("#veil")
    page.dispatch_event("body", "drop", {"dataTransfer": data})
    page.wait_for_selector("#received >> text=文件不完整或已损坏")
    assert page.is_hidden("#veil")
    for box in page.query_selector_all("#received input[name=invoice_id]"):
        box.check()
    assert page.inner_text("[data-selection-text]") == "已选 2 张，合计 ¥1,680.00"
    page.click("#received .invoice-card a.fw-medium")
    page.wait_for_selector(".picture-boxes.placed")
    page.hover("#total_incl_tax")
    assert page.locator('rect.lit[data-field="total_incl_tax"]').count() >= 1
    page.hover('rect[data-field="seller.name"]')
    assert page.locator(".field-row.lit").get_attribute("id") == "seller.name"
