"""The QR card of a title: what a shop scans is what is copied."""

import io
from datetime import timedelta

import numpy as np
import pytest
import zxingcpp
from flask import Flask
from lxml import etree
from PIL import Image

from reimburse.export.title_card import qr_png, qr_svg
from reimburse.store.db import db, today, transaction
from reimburse.store.people import LegalEntityRow
from tests.test_people import signed_in

TEXT = (
    "名称：示例云帆科技有限公司\n纳税人识别号：91990000MA0DEM0011\n"
    "地址、电话：示例市滨江区样例路1号 0990-5550100\n开户行及账号：示例银行滨江支行 9900000000000000011"
)


def scanned(picture: bytes) -> str:
    [found] = zxingcpp.read_barcodes(np.array(Image.open(io.BytesIO(picture)).convert("L")))
    return str(found.text)


@pytest.mark.parametrize("text", [TEXT, "a", "&<>\"'\n一"])
def test_a_scan_gives_the_text(text: str) -> None:
    assert scanned(qr_png(text)) == text


def test_the_drawing_has_the_same_modules_as_the_picture() -> None:
    root = etree.fromstring(qr_svg(TEXT).encode())
    side = int(root.get("viewBox", "").split()[2])
    picture = Image.open(io.BytesIO(qr_png(TEXT)))
    assert picture.width == picture.height == side * 10
    assert root.get("width") is None


@pytest.fixture
def title_id(company: dict[str, int]) -> int:
    return db.session.query(LegalEntityRow).one().id


def test_everyone_has_the_card(app: Flask, title_id: int) -> None:
    client = signed_in(app, "lin")
    picture = client.get(f"/titles/{title_id}/qr.png")
    assert (picture.mimetype, scanned(picture.data)) == ("image/png", TEXT)
    assert client.get(f"/titles/{title_id}/qr.svg").mimetype == "image/svg+xml"
    page = client.get(f"/titles/{title_id}/card").text
    assert f"/titles/{title_id}/qr.svg" in page
    assert "已于" not in page
    assert f"/titles/{title_id}/card" in client.get("/titles").text


def test_an_ended_title_says_so(app: Flask, title_id: int) -> None:
    with transaction() as session:
        session.get_one(LegalEntityRow, title_id).valid_to = today() - timedelta(days=1)
    assert "请勿再用" in signed_in(app, "lin").get(f"/titles/{title_id}/card").text


@pytest.mark.parametrize("path", ["/titles/9/card", "/titles/9/qr.png", "/titles/1/qr.gif"])
def test_what_is_not_there(app: Flask, title_id: int, path: str) -> None:
    assert signed_in(app, "lin").get(path).status_code == 404


def test_nobody_else_sees_it(app: Flask, title_id: int) -> None:
    assert app.test_client().get(f"/titles/{title_id}/qr.png").status_code == 302
