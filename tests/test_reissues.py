"""Return and reissue: the task, its steps, the new invoice in place of the old one, and the pages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from reimburse.domain.invoice import InvoiceKind
from reimburse.services.claims.balances import InvoiceInUse
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.returns import reissue_pages, reissues
from reimburse.services.returns.reissues import Deed
from reimburse.store.db import db, now, today, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.notices import NoticeRow
from reimburse.store.people import PersonRow
from reimburse.store.reissues import ReissueRow
from rules.workdays import is_working_day
from tests.builders import Spent, make_claim, make_document, make_invoice
from tests.query_count import count_queries

SignIn = Callable[[str], FlaskClient]


def person(company: dict[str, int], login: str) -> PersonRow:
    return db.session.get_one(PersonRow, company[login])


def invoice(company: dict[str, int], total: str = "100.00") -> InvoiceRow:
    with transaction():
        return make_invoice(company["lin"], total)


def opened(company: dict[str, int], old: InvoiceRow, who: str = "lin") -> ReissueRow:
    task = reissues.open_task(person(company, who), old.id, "抬头少了两个字")
    return db.session.get_one(ReissueRow, task)


def took(company: dict[str, int], row: ReissueRow, step: str, **more: object) -> None:
    deed = Deed(step, today(), **more)  # type: ignore[arg-type]
    reissues.take_step(person(company, "lin"), row.id, deed, fresh(row).version)


def fresh(row: ReissueRow) -> ReissueRow:
    db.session.rollback()
    return db.session.get_one(ReissueRow, row.id)


def test_a_task_goes_from_telling_the_seller_to_the_new_invoice(company: dict[str, int]) -> None:
    old = invoice(company)
    row = opened(company, old)
    assert fresh(row).next_due_on == today() + timedelta(days=1)
    took(company, row, "ask")
    took(company, row, "red_letter", note="红字已收到")
    new = invoice(company)
    reissues.link(person(company, "lin"), row.id, new.id, fresh(row).version)
    done = fresh(row)
    assert (done.state, done.new_invoice_id) == ("done", new.id)


def test_the_old_invoice_cannot_be_claimed_once_it_was_reissued(company: dict[str, int]) -> None:
    old, new = invoice(company), invoice(company)
    row = opened(company, old)
    reissues.link(person(company, "lin"), row.id, new.id, row.version)
    with pytest.raises(InvoiceInUse, match="R-47"), transaction():
        make_claim(company["wu"], Spent("100.00", invoices=(old.number or "",)))
    with transaction():
        make_claim(company["wu"], Spent("100.00", invoices=(new.number or "",)))


def test_opening_twice_is_one_task(company: dict[str, int]) -> None:
    old = invoice(company)
    assert opened(company, old).id == opened(company, old, "sun").id


def test_who_may_open_and_act(company: dict[str, int]) -> None:
    old = invoice(company)
    with pytest.raises(NotFound):
        opened(company, old, "wu")
    row = opened(company, old, "sun")
    notice = db.session.scalars(select(NoticeRow).where(NoticeRow.person_id == company["lin"])).one()
    assert notice.link == f"/reissues/{row.id}"
    with pytest.raises(NotFound):
        reissues.take_step(person(company, "zhao"), row.id, Deed("ask", today()), row.version)


WRONG = [
    (Deed("ask", today() + timedelta(days=1)), Refused),
    (Deed("ask", today() - timedelta(days=1)), Refused),
    (Deed("reissue", today()), NotFound),
    (Deed("void", today()), NotFound),
    (Deed("ask", today(), "", 10_000), NotFound),
]


@pytest.mark.parametrize(("deed", "error"), WRONG)
def test_wrong_steps_are_refused(company: dict[str, int], deed: Deed, error: type[Exception]) -> None:
    row = opened(company, invoice(company))
    with pytest.raises(error):
        reissues.take_step(person(company, "lin"), row.id, deed, row.version)


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ({}, None),
        ({"note": "XB-1", "without": " "}, None),
        ({"without": "税局系统停机，下周补"}, "无附件 / no paper: 税局系统停机，下周补"),
        ({"note": "XB-1", "without": "后补"}, "XB-1；无附件 / no paper: 后补"),
        ({"note": "XB-1", "document_id": True}, "XB-1"),
    ],
)
def test_a_step_that_asks_for_a_paper_has_it_or_a_reason(
    company: dict[str, int], more: dict[str, object], note: str | None
) -> None:
    old = invoice(company)
    with transaction():
        old.kind = InvoiceKind.SPECIAL_DIGITAL.value
        paper = make_document(company["lin"], b"form", "信息表.pdf").id
    row = opened(company, old)
    more = more | ({"document_id": paper} if "document_id" in more else {})
    if note is None:
        with pytest.raises(Refused, match="needs its paper"):
            took(company, row, "form", **more)
        assert fresh(row).steps == []
        return
    took(company, row, "form", **more)
    assert [(step.step, step.note) for step in fresh(row).steps] == [("form", note)]
    took(company, row, "form", note="again", **({} if "document_id" in more else {"without": "x"}))


def test_the_page_asks_for_the_paper(company: dict[str, int], sign_in: SignIn) -> None:
    old = invoice(company)
    with transaction():
        old.kind = InvoiceKind.SPECIAL_DIGITAL.value
    row, client = opened(company, old), sign_in("lin")
    took(company, row, "ask")
    where = f"/reissues/{row.id}"
    assert 'name="without"' in client.get(where).text
    form = {"done_on": today().isoformat(), "note": "XB-77", "version": str(fresh(row).version)}
    answer = client.post(f"{where}/steps/form", data=form)
    assert (answer.status_code, "请上传附件，或写明为何没有" in answer.text) == (422, True)
    assert 'value="XB-77"' in answer.text
    assert client.post(f"{where}/steps/form", data={**form, "without": "后补"}).status_code == 302


def test_a_stale_page_changes_nothing(company: dict[str, int]) -> None:
    row = opened(company, invoice(company))
    took(company, row, "ask")
    with pytest.raises(Stale):
        reissues.drop(person(company, "lin"), row.id, "算了", 1)


@pytest.mark.parametrize("fault", ["seller", "earlier", "red", "other"])
def test_what_cannot_take_its_place(company: dict[str, int], fault: str) -> None:
    old, new = invoice(company), invoice(company)
    with transaction() as session:
        other = session.get_one(InvoiceRow, new.id)
        if fault == "seller":
            other.seller_tax_id = "91990000MA0DEM0037"
        elif fault == "earlier":
            other.issue_date = old.issue_date - timedelta(days=1)
        elif fault == "red":
            other.red_letter = True
        else:
            other.holder_id = company["wu"]
    row = opened(company, old)
    with pytest.raises(Refused):
        reissues.link(person(company, "lin"), row.id, new.id, row.version)


def test_dropped_tasks_make_room_for_another(company: dict[str, int]) -> None:
    old = invoice(company)
    row = opened(company, old)
    reissues.drop(person(company, "lin"), row.id, "销售方说没有错", row.version)
    assert opened(company, old).id != row.id


def test_the_daily_job_reminds_once_a_day(company: dict[str, int]) -> None:
    row = opened(company, invoice(company))
    reissues.remind()
    reissues.remind()
    told = db.session.scalars(select(NoticeRow).where(NoticeRow.kind == "reissue")).all()
    assert len(told) == (1 if is_working_day(today(), reissues.policies.in_force().workdays) else 0)
    assert fresh(row).state == "open"


def test_the_pages(sign_in: SignIn, company: dict[str, int]) -> None:
    old = invoice(company)
    client = sign_in("lin")
    assert "退票重开" in client.get(f"/invoices/{old.id}").text
    answer = client.post(f"/reissues/of/{old.id}", data={"why": "税号错一位"})
    path = answer.headers["Location"]
    page = client.get(path).text
    assert "税号错一位" in page
    assert "91990000MA0DEM0011" in page
    version = db.session.scalars(select(ReissueRow)).one().version
    form = {"done_on": today().isoformat(), "note": "已发邮件", "version": version}
    assert "已发邮件" in client.post(f"{path}/steps/ask", data=form, follow_redirects=True).text
    assert "税号错一位" in sign_in("sun").get("/reissues").text
    assert "税号错一位" not in sign_in("wu").get("/reissues").text
    assert sign_in("wu").get(path).status_code == 404
    assert "办理进度" in client.get(f"/invoices/{old.id}").text


def test_the_list_asks_the_same_few_questions(sign_in: SignIn, company: dict[str, int]) -> None:
    for _ in range(12):
        opened(company, invoice(company))
    client = sign_in("sun")
    with count_queries() as asked:
        assert client.get("/reissues").status_code == 200
    assert len(asked) <= 15


def test_the_request_names_the_exact_title(company: dict[str, int]) -> None:
    row = opened(company, invoice(company))
    said = reissue_pages.request_text(row)
    for part in ("示例云帆科技有限公司", "91990000MA0DEM0011", "示例银行滨江支行 9900000000000000011", row.number):
        assert part in said.zh
        assert part in said.en
    assert row.noticed_at <= now()
