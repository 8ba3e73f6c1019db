"""The pages of a claim: who sees them, what they cost, what the editor answers."""

import re
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from reimburse.services.approval.approvals import open_step
from reimburse.services.approval.review import Decision, Seen, Verb, decide_whole
from reimburse.services.claims import claim_lines, claims
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, transaction
from tests.builders import Spent, make_claim, make_invoice
from tests.claim_stories import attach, claim_on, found, good_invoice, run_checks, submit
from tests.clients import signed_in
from tests.query_count import count_queries

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("papers", [False, True])
@pytest.mark.parametrize("path", ["", "/{no}", "/{no}/edit", "/{no}/preview"])
def test_no_page_asks_more_than_fifteen_queries(app: Flask, company: dict[str, int], path: str, papers: bool) -> None:
    """With papers a second round that passes, without them one that comes back; fourteen lines either way."""
    claim = submit(claim_on(good_invoice(company["lin"])))
    claim_lines.add_invoices(
        company["lin"], claim.claim_no, [good_invoice(company["lin"], "600.00").id for _ in range(13)]
    )
    if papers:
        attach(claim)
    path = "/claims" + path.format(no=claim.claim_no)
    if "/edit" not in path and "/preview" not in path:
        submit(found(claim.claim_no))
    client = signed_in(app)
    with count_queries() as asked:
        assert client.get(path).status_code == 200
    assert len(asked) <= 15, "\n".join(asked)


@pytest.mark.parametrize(
    ("login", "status"), [("lin", 200), ("wu", 404), ("zhao", 200), ("sun", 200), ("audit", 200), ("admin", 404)]
)
def test_who_may_see_a_submitted_claim(app: Flask, company: dict[str, int], login: str, status: int) -> None:
    claim = submit(claim_on(good_invoice(company["lin"])))
    client = signed_in(app, login)
    assert client.get(f"/claims/{claim.claim_no}").status_code == status
    if login != "lin":
        for path in ("edit", "preview"):
            assert client.get(f"/claims/{claim.claim_no}/{path}").status_code == 404


@pytest.mark.parametrize("login", ["wu", "zhao", "sun", "audit", "admin"])
def test_a_draft_is_seen_by_nobody_else(app: Flask, company: dict[str, int], login: str) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    assert signed_in(app, login).get(f"/claims/{claim.claim_no}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["submit", "recall", "delete", "head", "lines", "lines/1", "lines/1/split", "merge", "invoices", "attachments"],
)
def test_nobody_else_changes_a_claim(app: Flask, company: dict[str, int], path: str) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    before = claim.version
    data = {"pledge": "yes", "count": "2", "line_id": ["1", "2"], "invoice_id": "1", "kind": "other"}
    files = {"file": (BytesIO(b"x"), "x.pdf")} if path == "attachments" else {}
    answer = signed_in(app, "wu").post(f"/claims/{claim.claim_no}/{path}", data={**data, **files})
    assert answer.status_code == 404
    assert found(claim.claim_no).version == before


def test_the_list_is_paged_by_key(app: Flask, company: dict[str, int]) -> None:
    with transaction():
        for _ in range(25):
            make_claim(company["lin"], Spent("1.00"))
    client = signed_in(app)
    first = client.get("/claims").text
    assert first.count("<tr>") == 21
    older = re.search(r'href="(/claims\?before=\d+)"', first)
    assert older
    assert client.get(older[1]).text.count("<tr>") == 6
    assert "这里还没有报销单" in client.get("/claims?state=paid").text


def test_choosing_invoices_makes_one_draft_however_often_it_is_sent(app: Flask, company: dict[str, int]) -> None:
    invoices = [good_invoice(company["lin"]).id, good_invoice(company["lin"]).id]
    client = signed_in(app)
    answers = {client.post("/claims", data={"invoice_id": invoices, "idempotency_key": "k"}).location for _ in range(2)}
    assert len(answers) == 1
    [claim] = db.session.scalars(select(ClaimRow))
    assert (len(claim.lines), claim.total_fen) == (2, 20000)


def test_typing_saves_and_answers_with_what_the_rules_say(app: Flask, company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    line_id = claim.lines[0].id
    data = {"amount": "120.00", "category": "taxi", "fields_for": "software_service", "version": claim.version}
    answer = signed_in(app).post(f"/claims/{claim.claim_no}/lines/{line_id}", data=data, headers=HTMX).text
    for rule in ("R-61", "R-86"):
        assert f'data-rule="{rule}"' in answer
    for part in (f'id="findings-{line_id}" hx-swap-oob', f'id="fields-{line_id}"', 'id="foot"', "¥120.00"):
        assert part in answer
    assert found(claim.claim_no).lines[0].amount_fen == 12000


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("amount", "12.345"),
        ("amount", "abc"),
        ("amount", "NaN"),
        ("amount", "1e5"),
        ("quantity", "1e3"),
        ("occurred_on", "2026-13-01"),
        ("category", "nonsense"),
        ("quantity", "-1"),
        ("paid_by", "me"),
    ],
)
def test_a_wrong_field_says_so_beside_it_and_the_others_are_saved(
    app: Flask, company: dict[str, int], field: str, text: str
) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    line = claim.lines[0]
    data = {"description": "新说明", field: text, "version": claim.version}
    answer = signed_in(app).post(f"/claims/{claim.claim_no}/lines/{line.id}", data=data, headers=HTMX).text
    assert f'data-error-of="line-{line.id}-{field}"' in answer
    saved = found(claim.claim_no).lines[0]
    assert (saved.description, saved.amount_fen, saved.category) == ("新说明", 10000, "software_service")


def test_a_stale_tab_gets_a_message_and_no_change(app: Flask, company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    path = f"/claims/{claim.claim_no}/lines/{claim.lines[0].id}"
    answer = signed_in(app).post(path, data={"amount": "1", "version": claim.version - 1}, headers=HTMX)
    assert "内容已被更改" in answer.text
    assert answer.headers["HX-Reswap"] == "none"
    assert found(claim.claim_no).total_fen == 10000


SPLITS = [
    ({"parts": "33.33 33.33；33.34"}, [3333, 3333, 3334]),
    ({"parts": "￥1,0.00\n90"}, [1000, 9000]),
    ({"count": "3"}, [3334, 3333, 3333]),
    ({"parts": "50 49"}, [10000]),
    ({"parts": "fifty fifty"}, [10000]),
    ({"by": "items"}, [10000]),
]


@pytest.mark.parametrize(("data", "expected"), SPLITS)
def test_a_line_is_split_as_asked_or_not_at_all(
    app: Flask, company: dict[str, int], data: dict[str, str], expected: list[int]
) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    path = f"/claims/{claim.claim_no}/lines/{claim.lines[0].id}/split"
    assert signed_in(app).post(path, data=data, headers=HTMX).status_code == 200
    assert [line.amount_fen for line in found(claim.claim_no).lines] == expected


def test_the_editor_works_without_scripts(app: Flask, company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    client = signed_in(app)
    answer = client.post(f"/claims/{claim.claim_no}/head", data={"purpose": "客户拜访", "version": claim.version})
    assert answer.location == f"/claims/{claim.claim_no}/edit"
    assert "客户拜访" in client.get(answer.location).text


def test_an_uploaded_paper_answers_the_finding(app: Flask, company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    client, path = signed_in(app), f"/claims/{claim.claim_no}"
    assert 'data-attach="verification_screenshot"' in client.get(f"{path}/edit").text
    data = {"kind": "verification_screenshot", "line_id": "", "invoice_id": str(claim.invoices[0].id)}
    data["file"] = (BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(50)), "查验.png")
    answer = client.post(f"{path}/attachments", data=data, headers=HTMX)
    assert 'data-rule="R-93"' not in answer.text
    assert "查验.png" in answer.text


def test_an_invoice_on_someone_elses_draft_is_a_masked_warning(app: Flask, company: dict[str, int]) -> None:
    number = "26990000000000000077"
    other = claim_on(good_invoice(company["wu"], number=number))
    mine = claim_on(good_invoice(company["lin"], number=number))
    page = signed_in(app).get(f"/claims/{mine.claim_no}/edit").text
    assert "同事的报销单也在使用" in page
    assert other.claim_no not in page


@pytest.mark.parametrize("content", [b"\x00\x01 no document", b"<html></html>", b"PK\x05\x06" + bytes(18)])
def test_what_nobody_can_look_at_is_no_evidence(app: Flask, company: dict[str, int], content: bytes) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    data = {"kind": "verification_screenshot", "file": (BytesIO(content), "proof.png"), "version": claim.version}
    answer = signed_in(app).post(f"/claims/{claim.claim_no}/attachments", data=data, headers=HTMX).text
    assert "请转成 PDF 或图片" in answer
    assert found(claim.claim_no).attachments == []


def test_submitting_asks_for_the_pledge_and_shows_the_rounds(app: Flask, company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"], "600.00"))
    client, path = signed_in(app), f"/claims/{claim.claim_no}"
    preview = client.get(f"{path}/preview").text
    assert "信息无误，是否提交" in preview
    assert "提交后会被退回：还有 1 处" in preview
    refused = client.post(f"{path}/submit", data={})
    assert (refused.status_code, "请先勾选" in refused.text, "信息无误" in refused.text) == (422, True, True)
    assert found(claim.claim_no).state == "draft"
    submit(claim)
    page = client.get(path).text
    assert page.index("请修改以下 1 处") < page.index('data-rule="R-93"')
    attach(found(claim.claim_no))
    assert "提交后的审批步骤" in client.get(f"{path}/preview").text
    submit(found(claim.claim_no))
    page = client.get(path).text
    for words in ("第 1 轮", "第 2 轮", "1 项检查结果", "检查通过，进入审核", "Zhao"):
        assert words in page


def test_the_preview_says_that_the_purpose_is_missing(app: Flask, company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"], "600.00"))
    client, path = signed_in(app), f"/claims/{claim.claim_no}/preview"
    assert "请填写报销事由" not in client.get(path).text
    claims.edit_head(company["lin"], claim.claim_no, {"purpose": " "})
    page = client.get(path).text
    assert "请填写报销事由" in page
    assert 'btn-primary" disabled' in page


def test_what_a_reviewer_said_stands_at_the_line_and_in_the_history(app: Flask, company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"], "600.00"))
    attach(claim)
    claim = submit(found(claim.claim_no))
    step = open_step(db.session(), claim)
    assert step
    seen = Seen(step.id, claim.version)
    decide_whole(company["zhao"], claim.claim_no, seen, Decision(Verb.RETURN, "请写明哪台机器"))
    client, path = signed_in(app), f"/claims/{claim.claim_no}"
    editor = client.get(f"{path}/edit").text
    assert editor.index("审核人退回本行") < editor.index("请写明哪台机器")
    submit(found(claim.claim_no))
    history = client.get(path).text.partition("经过")[2]
    assert "请写明哪台机器" in history


def test_a_waiting_page_loads_again_once_the_claim_is_judged(app: Flask, company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    client, path = signed_in(app), f"/claims/{claim.claim_no}"
    client.post(f"{path}/submit", data={"pledge": "yes"})
    assert client.get(f"{path}/state").status_code == 204
    assert 'hx-trigger="every 2s"' in client.get(path).text
    run_checks()
    assert client.get(f"{path}/state").headers["HX-Refresh"] == "true"


def test_recall_and_delete_lead_back(app: Flask, company: dict[str, int]) -> None:
    claim = submit(claim_on(good_invoice(company["lin"])))
    client, path = signed_in(app), f"/claims/{claim.claim_no}"
    assert client.post(f"{path}/recall").location == f"{path}/edit"
    assert client.post(f"{path}/delete").location == "/claims"
    assert client.post(f"{path}/delete").status_code == 409
    assert claim.claim_no not in client.get("/claims").text.replace(f"草稿 {claim.claim_no} 已删除", "")


def test_text_typed_by_people_is_shown_as_text(app: Flask, company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    claims.edit_head(company["lin"], claim.claim_no, {"purpose": "<script>alert(1)</script>"})
    client = signed_in(app)
    for path in ("", "/edit", "/preview"):
        assert "<script>alert" not in client.get(f"/claims/{claim.claim_no}{path}").text


def test_the_wallet_beside_the_editor_offers_only_what_is_free(app: Flask, company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    with transaction():
        free = make_invoice(company["lin"], "77.00").id
    page = signed_in(app).get(f"/claims/{claim.claim_no}/edit").text
    offered = re.findall(r'list-group-item" draggable="true" data-drag-invoice="(\d+)"', page)
    assert offered == [str(free)]
