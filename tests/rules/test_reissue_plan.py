"""Return and reissue: which way, which steps, which dates."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from reimburse.domain.finding import Resolver
from reimburse.domain.invoice import InvoiceKind as K
from rules.policy import Workdays
from rules.reissue_plan import Branch, Case, next_step, plan

CHINA = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def case(kind: K, issued: str, noticed: str, **more: bool) -> Case:
    return Case(kind, date.fromisoformat(issued), at(noticed), **more)


BRANCHES = [
    (K.SPECIAL_PAPER, "2026-10-05", "2026-10-31T23:00", {}, Branch.VOID),
    (K.SPECIAL_PAPER, "2026-10-05", "2026-11-01T00:00", {}, Branch.RED_LETTER),
    (K.GENERAL_PAPER, "2025-10-05", "2026-10-05T09:00", {}, Branch.RED_LETTER),
    (K.SPECIAL_PAPER, "2026-10-05", "2026-10-06T09:00", {"certified": True}, Branch.RED_LETTER),
    (K.SPECIAL_DIGITAL, "2026-10-05", "2026-10-06T09:00", {}, Branch.RED_LETTER),
    (K.GENERAL_ELECTRONIC, "2026-10-05", "2026-10-06T09:00", {}, Branch.RED_LETTER),
    (K.SPECIAL_PAPER, "2026-10-05", "2026-10-06T09:00", {"lost": True}, Branch.LOST),
    (K.GENERAL_PAPER, "2026-10-05", "2026-10-06T09:00", {"lost": True}, Branch.VOID),
]


@pytest.mark.parametrize(("kind", "issued", "noticed", "more", "branch"), BRANCHES)
def test_the_way_back(kind: K, issued: str, noticed: str, more: dict[str, bool], branch: Branch) -> None:
    assert case(kind, issued, noticed, **more).branch is branch


STEPS = [
    (K.GENERAL_DIGITAL, "2026-10-06T09:00", {}, ["ask", "red_letter", "reissue"]),
    (K.SPECIAL_DIGITAL, "2026-10-06T09:00", {}, ["ask", "form", "form_passed", "red_letter", "reissue"]),
    (K.SPECIAL_PAPER, "2026-11-06T09:00", {}, ["ask", "post_back", "form", "form_passed", "red_letter", "reissue"]),
    (K.SPECIAL_PAPER, "2026-10-06T09:00", {}, ["ask", "post_back", "void", "reissue"]),
    (K.SPECIAL_PAPER, "2026-10-06T09:00", {"lost": True}, ["ask", "proof", "reissue"]),
]


@pytest.mark.parametrize(("kind", "noticed", "more", "codes"), STEPS)
def test_the_steps(kind: K, noticed: str, more: dict[str, bool], codes: list[str]) -> None:
    assert [step.code for step in plan(case(kind, "2026-10-05", noticed, **more), {}, Workdays())] == codes


DATES = [
    # 24 hours; R-41: the end of the month where that is earlier (decision 8).
    (K.GENERAL_DIGITAL, "2026-10-06T09:00", {}, "ask", "2026-10-07"),
    (K.GENERAL_DIGITAL, "2026-10-31T09:00", {}, "ask", "2026-11-01"),
    (K.GENERAL_PAPER, "2026-10-31T09:00", {}, "ask", "2026-10-31"),
    (K.GENERAL_PAPER, "2026-10-06T09:00", {}, "void", "2026-10-31"),
    (K.GENERAL_PAPER, "2026-10-06T09:00", {}, "post_back", "2026-10-31"),
    (K.GENERAL_PAPER, "2026-10-06T09:00", {}, "reissue", "2026-10-31"),
    # two working days, the weekend left out; unknown until the form is filed.
    (K.SPECIAL_DIGITAL, "2026-10-06T09:00", {}, "form_passed", None),
    (K.SPECIAL_DIGITAL, "2026-10-06T09:00", {"form": "2026-10-23"}, "form_passed", "2026-10-27"),
    # the month in which the form passed and the papers are back.
    (K.SPECIAL_DIGITAL, "2026-10-06T09:00", {"form": "2026-10-29"}, "reissue", None),
    (K.SPECIAL_DIGITAL, "2026-10-06T09:00", {"form_passed": "2026-10-30"}, "reissue", "2026-10-31"),
    (
        K.SPECIAL_PAPER,
        "2026-11-06T09:00",
        {"form_passed": "2026-11-30", "post_back": "2026-12-01"},
        "reissue",
        "2026-12-31",
    ),
    (K.GENERAL_DIGITAL, "2026-10-06T09:00", {"red_letter": "2026-12-31"}, "reissue", "2026-12-31"),
]


@pytest.mark.parametrize(("kind", "noticed", "done", "code", "due"), DATES)
def test_the_dates(kind: K, noticed: str, done: dict[str, str], code: str, due: str | None) -> None:
    days = {name: date.fromisoformat(day) for name, day in done.items()}
    steps = {step.code: step for step in plan(case(kind, "2026-10-05", noticed), days, Workdays())}
    assert steps[code].due_on == (date.fromisoformat(due) if due else None)


@pytest.mark.parametrize(("certified", "who"), [(False, Resolver.SUPPLIER), (True, Resolver.FINANCE)])
def test_who_files_the_form(certified: bool, who: Resolver) -> None:
    steps = plan(case(K.SPECIAL_DIGITAL, "2026-10-05", "2026-10-06T09:00", certified=certified), {}, Workdays())
    assert next(step.who for step in steps if step.code == "form") is who


def test_what_comes_next() -> None:
    given = case(K.GENERAL_DIGITAL, "2026-10-05", "2026-10-06T09:00")
    day = date(2026, 10, 7)
    assert next_step(plan(given, {}, Workdays())).code == "ask"
    assert next_step(plan(given, {"ask": day}, Workdays())).code == "red_letter"
    assert next_step(plan(given, {"ask": day, "red_letter": day, "reissue": day}, Workdays())) is None
