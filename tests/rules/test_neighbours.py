"""What other parts of the product take from ``rules``: check list, changes, categories, input tax, table."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from reimburse.domain.invoice import Invoice, InvoiceKind, InvoiceLine, Travel
from rules.catalogue import RULES
from rules.categories import guess
from rules.deduction import input_tax
from rules.evidence import required_attachments
from rules.parameters import as_json
from rules.policy import NotDeductible
from rules.table import HEAD, example_of, explained, markdown
from rules.workdays import add_months, add_working_days, is_working_day
from tests.rules.claims import BOOK, facts_for
from tests.rules.generated import EXAMPLES, README, examples_text, readme_text

POLICY = BOOK.on(date(2026, 3, 5))


def needs(case: dict[str, Any]) -> list[tuple[str, str, bool | None]]:
    return [(need.subject.id, "|".join(need.kinds), need.present) for need in required_attachments(facts_for(case))]


def test_the_check_list_asks_for_each_document_once() -> None:
    case = {
        "lines": [{"category": "fixed_asset", "amount": "6000.00"}, {"id": "l2", "category": "travel_lodging"}],
        "invoice": {"verification": "null"},
        "attachments": [{"id": "a1", "kind": "lodging_folio", "line_id": "l2"}],
    }
    assert needs(case) == [
        ("l1", "contract", False),
        ("l1", "stock_in_receipt", False),
        ("l1", "acceptance_report", False),
        ("l2", "lodging_folio", True),
        ("BX-2026-0001", "itinerary", False),
        ("i1", "verification_screenshot", False),
    ]


def test_the_check_list_quotes_every_clause_of_a_need() -> None:
    (need,) = required_attachments(facts_for({"line": {"category": "gift", "amount": "6000.00"}}))
    assert (need.rules, need.kinds) == (("R-59", "R-58"), ("contract", "acceptance_report"))


def test_while_attachments_are_unknown_presence_is_too() -> None:
    assert needs({"line": {"category": "gift"}, "absent": ["attachments"]}) == [
        ("l1", "contract|acceptance_report", None)
    ]


@pytest.mark.parametrize(
    ("items", "kind", "category"),
    [
        (["*餐饮服务*餐费"], InvoiceKind.GENERAL_DIGITAL, "entertainment"),
        (["*住宿服务*住宿费"], InvoiceKind.GENERAL_DIGITAL, "travel_lodging"),
        (["*运输服务*客运服务费"], InvoiceKind.GENERAL_ELECTRONIC, "travel_transport"),
        (["*计算机配套产品*硒鼓"], InvoiceKind.GENERAL_DIGITAL, "office_supplies"),
        (["*会议服务*场地费"], InvoiceKind.GENERAL_DIGITAL, "meeting"),
        (["*鉴证咨询服务*咨询费"], InvoiceKind.SPECIAL_DIGITAL, "consulting"),
        ([], InvoiceKind.RAIL_TICKET, "travel_transport"),
        ([None], InvoiceKind.TAXI, "taxi"),
        (["*未知*未知"], InvoiceKind.GENERAL_DIGITAL, "other"),
        ([], None, "other"),
    ],
)
def test_a_category_is_guessed_from_item_names_then_kind(
    items: list[str | None], kind: InvoiceKind | None, category: str
) -> None:
    assert guess(items, kind, POLICY) == category


def yuan(text: str) -> Decimal:
    return Decimal(text)


def ticket(kind: InvoiceKind, **fields: Any) -> Invoice:
    stated = [(*line, None)[:3] for line in fields.pop("lines", ())]
    lines = tuple(InvoiceLine(item_name=name, amount_excl_tax=yuan(net), tax_amount=tax) for name, net, tax in stated)
    return Invoice(kind, issue_date=date(2026, 3, 5), lines=lines, **fields)


NAMED = Travel(passenger="王*明", origin="甲", destination="乙")


@pytest.mark.parametrize(
    ("invoice", "categories", "tax"),
    [
        (ticket(InvoiceKind.SPECIAL_DIGITAL, tax_amount=yuan("60.00"), lines=[("*纸制品*纸", "1000")]), {"office_supplies"}, "60.00"),
        (ticket(InvoiceKind.GENERAL_DIGITAL, tax_amount=yuan("60.00"), lines=[("*纸制品*纸", "1000")]), set(), "0.00"),
        (ticket(InvoiceKind.SPECIAL_DIGITAL, tax_amount=yuan("60.00"), lines=[("*餐饮服务*餐费", "1000")]), set(), "0.00"),
        (ticket(InvoiceKind.SPECIAL_DIGITAL, tax_amount=yuan("60.00")), {"entertainment"}, "0.00"),
        (ticket(InvoiceKind.TOLL, tax_amount=yuan("3.00")), {"travel_transport"}, "3.00"),
        (ticket(InvoiceKind.GENERAL_DIGITAL, tax_amount=yuan("9.00"), lines=[("*运输服务*客运服务费", "100")]), set(), "9.00"),
        (ticket(InvoiceKind.RAIL_TICKET, tax_amount=yuan("8.00"), total_incl_tax=yuan("109.00"), travel=NAMED), set(), "8.00"),
        (ticket(InvoiceKind.RAIL_TICKET, total_incl_tax=yuan("109.00"), travel=NAMED), set(), "9.00"),
        (ticket(InvoiceKind.RAIL_TICKET, total_incl_tax=yuan("109.00")), set(), "0.00"),
        (ticket(InvoiceKind.AIR_ITINERARY, total_incl_tax=yuan("1140.00"), travel=NAMED, lines=[("票价", "1000"), ("燃油附加费", "90"), ("民航发展基金", "50")]), set(), "90.00"),
        (ticket(InvoiceKind.OTHER, total_incl_tax=yuan("103.00"), travel=NAMED), set(), "3.00"),
        (ticket(InvoiceKind.TAXI, total_incl_tax=yuan("103.00")), {"taxi"}, "0.00"),
        (ticket(InvoiceKind.SPECIAL_DIGITAL, tax_amount=yuan("78.00"), lines=[("*住宿服务*房费", "1000", yuan("60.00")), ("*餐饮服务*餐费", "300", yuan("18.00"))]), {"travel_lodging"}, "60.00"),
        (ticket(InvoiceKind.SPECIAL_DIGITAL, tax_amount=yuan("78.00"), lines=[("*住宿服务*房费", "1000"), ("*餐饮服务*餐费", "300")]), {"travel_lodging"}, "0.00"),
        (ticket(InvoiceKind.SPECIAL_DIGITAL, tax_amount=yuan("78.00"), lines=[("*住宿服务*房费", "1000", yuan("60.00")), ("*餐饮服务*餐费", "300", yuan("18.00"))]), {"entertainment"}, "0.00"),
        (ticket(InvoiceKind.GENERAL_DIGITAL, tax_amount=yuan("15.00"), lines=[("*运输服务*客运服务费", "100", yuan("9.00")), ("*纸制品*纸", "100", yuan("6.00"))]), set(), "9.00"),
        (ticket(InvoiceKind.GENERAL_DIGITAL, tax_amount=yuan("3.00"), lines=[("*经营租赁*通行费", "100")]), set(), "3.00"),
        (ticket(InvoiceKind.SPECIAL_DIGITAL, tax_amount=yuan("-60.00"), lines=[("*纸制品*纸", "-1000")]), {"office_supplies"}, "-60.00"),
    ],
)  # fmt: skip
def test_input_tax(invoice: Invoice, categories: set[str], tax: str) -> None:
    assert input_tax(invoice, categories, POLICY).amount == Decimal(tax)


def test_months_end_where_the_month_ends() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 31), 3) == date(2026, 4, 30)
    assert add_months(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2026, 10, 15), 3) == date(2027, 1, 15)


def test_the_policy_may_move_days() -> None:
    moved = POLICY.workdays
    assert is_working_day(date(2026, 10, 10), moved)
    assert not is_working_day(date(2027, 1, 2), moved)
    assert is_working_day(date(2027, 1, 1), moved)
    own = msgspec.structs.replace(
        moved, holidays=frozenset({date(2027, 1, 1)}), working_days=frozenset({date(2027, 1, 2)})
    )
    assert (is_working_day(date(2027, 1, 1), own), is_working_day(date(2027, 1, 2), own)) == (False, True)
    assert add_working_days(date(2026, 12, 31), 1, own) == date(2027, 1, 2)


def test_the_markdown_table_has_a_line_a_rule() -> None:
    lines = markdown(POLICY, {"R-72": 11}).removeprefix(HEAD).splitlines()
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines] == [rule.code for rule in RULES]
    assert all(line.count(" | ") == 6 for line in lines)
    assert [line.split(" | ")[5] for line in lines if line.split(" | ")[5]] == ["11"]


@pytest.mark.parametrize(("file", "wanted"), [(EXAMPLES, examples_text), (README, readme_text)], ids=lambda item: "")
def test_what_is_generated_is_true(file: Path, wanted: Callable[[], str]) -> None:
    assert file.read_text("utf-8") == wanted(), "run: .venv/bin/python -m tests.rules.generated"


def test_parameters_as_json() -> None:
    assert as_json((Decimal("1.50"), date(2026, 1, 1), None, True)) == ["1.50", "2026-01-01", None, True]


def test_every_rule_is_explained_in_both_languages_with_an_example() -> None:
    for rule in RULES:
        said = explained(rule)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in said.zh), rule.code
        assert said.en[:3].isascii() or rule.why, (rule.code, said.en)
        assert bool(example_of(rule)) is not bool(rule.why), rule.code


@pytest.mark.parametrize(("day", "tax"), [("2016-04-30", "60.00"), ("2016-05-01", "0.00"), (None, "0.00")])
def test_what_is_never_deductible_holds_from_its_day(day: str | None, tax: str) -> None:
    line = InvoiceLine(item_name="*餐饮服务*餐费")
    issued = date.fromisoformat(day) if day else None
    invoice = Invoice(InvoiceKind.SPECIAL_DIGITAL, issue_date=issued, tax_amount=yuan("60.00"), lines=(line,))
    assert input_tax(invoice, set(), POLICY).amount == yuan(tax)


def test_an_entry_that_has_ended_forbids_until_its_last_day() -> None:
    entry = NotDeductible("餐饮", "catering", "source", items=("餐费",), valid_to=date(2026, 3, 5))
    policy = msgspec.structs.replace(POLICY, not_deductible=(entry,))
    for day, tax in ((date(2026, 3, 5), "0.00"), (date(2026, 3, 6), "60.00")):
        lines = (InvoiceLine(item_name="*餐饮服务*餐费"),)
        invoice = Invoice(InvoiceKind.SPECIAL_DIGITAL, issue_date=day, tax_amount=yuan("60.00"), lines=lines)
        assert input_tax(invoice, set(), policy).amount == yuan(tax)
