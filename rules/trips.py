"""The rules that the product adds about where, when and how much: caps, weekends, trips, currencies."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_CEILING, Decimal

from reimburse.domain.finding import Resolver, Severity
from reimburse.domain.money import CENT, money_text
from rules.claim_parts import Trip
from rules.facts import Facts, LineFacts
from rules.folding import fold
from rules.policy import Cap
from rules.remedies import approve, edit_line, explain
from rules.rule import NOTHING, Hit, Lacks, Rule, of_line, rule, where
from rules.scenes import head_count
from rules.workdays import add_days, is_working_day

PER = {"line": "每笔", "unit": "每件", "day": "每天", "night": "每晚", "person": "每人"}


def capped(facts: Facts) -> list[tuple[LineFacts, Cap]]:
    """The lines that have a cap, each with it."""
    return facts.once("capped", _capped)


def _capped(facts: Facts) -> list[tuple[LineFacts, Cap]]:
    concerned = facts.lines_in(*dict.fromkeys(cap.category for cap in facts.policy.caps))
    return [(line, cap) for line in concerned if (cap := cap_of(facts, line))]


def cap_of(facts: Facts, line: LineFacts) -> Cap | None:
    """The first cap that fits a line's category, city tier and the claimant's grade."""
    tier = tier_of(facts, line.city)
    for cap in facts.policy.caps:
        grade = not cap.grades or facts.scope.grade in cap.grades
        if cap.category == line.category and grade and cap.tier in {None, tier}:
            return cap
    return None


def tier_of(facts: Facts, city: str | None) -> str:
    """The tier of a city; ``other`` for one that no tier lists."""
    name = fold(city or "").removesuffix("市")
    return next((tier for tier, cities in facts.policy.city_tiers.items() if name in cities), "other")


@rule(
    "X-06",
    Severity.APPROVAL,
    "费用标准",
    "Cap on an expense",
    clause="X-06",
    resolver=Resolver.APPROVER,
    applies=where(capped, "没有设费用标准的明细 / no line with a cap"),
    any_remedy=True,
)
def expense_is_within_its_cap(facts: Facts) -> Iterator[Hit | Lacks]:
    """A line costs at most its cap for each night, day, person or unit, by city tier and grade.

    按夜、天、人、件计算的费用不超过标准，按城市和职级区分。
    """
    if any(item.role in {"approver", "department_director"} for item in facts.approvals or ()):
        return
    for line, cap in capped(facts):
        if line.yuan is None:
            continue
        count = _units(line, cap)
        each = (line.yuan / count).quantize(CENT, ROUND_CEILING)
        if each > cap.amount:
            if facts.approvals is None:
                yield Lacks("approvals")
            zh = f"{PER[cap.per]} {money_text(each)}，超过标准 {cap.amount}。"
            en = f"{money_text(each)} a {cap.per}, the cap is {cap.amount}."
            yield Hit(
                of_line(line),
                zh,
                en,
                f"≤ {cap.amount} / {cap.per}",
                money_text(each),
                (approve("approver"), edit_line("amount")),
            )


def _units(line: LineFacts, cap: Cap) -> Decimal:
    """How many nights, days, persons or units a line covers, at least one."""
    days = (line.ended_on - line.started_on).days if line.started_on and line.ended_on else None
    if cap.per == "night" and days is not None:
        return Decimal(max(1, days))
    if cap.per == "day" and days is not None:
        return Decimal(days + 1)
    if cap.per == "person":
        return Decimal(head_count(line.details.guest_count) or 1)
    counted = cap.per in {"unit", "night", "day"} and line.quantity is not None and line.quantity > 1
    return line.quantity if counted and line.quantity else Decimal(1)


@rule(
    "X-08",
    Severity.WARN,
    "周末或节假日消费",
    "Weekend or holiday spending",
    clause="X-08",
    applies=where(
        lambda facts: any((category := facts.category(line)) and category.weekdays_only for line in facts.lines),
        "没有限工作日的类别 / no line of a category kept to working days",
    ),
)
def spent_on_a_working_day(facts: Facts) -> Iterator[Hit | Lacks]:
    """A category that excludes weekends and holidays is spent on working days of the official calendar.

    限工作日的类别发生在官方日历的工作日。
    """
    for line in facts.lines:
        category = facts.category(line)
        if not category or not category.weekdays_only or line.adjustment:
            continue
        days = [day for day in (line.occurred_on, line.started_on, line.ended_on) if day]
        off = next((day for day in days if not is_working_day(day, facts.policy.workdays)), None)
        if off:
            zh, en = f"{category.zh}发生在休息日 {off}。", f"{category.en} on {off}, a day off."
            yield Hit(of_line(line), zh, en, "工作日 / a working day", f"{off}", (explain(),))
        elif not days:
            yield Lacks("lines.occurred_on")


@rule(
    "X-09",
    Severity.WARN,
    "费用与所属行程不符",
    "Expense outside its trip",
    clause="X-09",
    needs=("trips",),
    applies=where(lambda facts: any(line.trip_id for line in facts.lines), "没有关联行程的明细 / no line of a trip"),
    uses=("trip_slack_days",),
)
def expense_belongs_to_its_trip(facts: Facts) -> Iterator[Hit | Lacks]:
    """A line of a trip lies within its days, give or take the slack, and in one of its cities.

    行程内的费用在行程日期（含宽限）和城市之内。
    """
    trips = {trip.id: trip for trip in facts.trips or ()}
    for line in facts.lines:
        trip = trips.get(line.trip_id or "")
        if line.trip_id and trip is None:
            zh, en = f"行程 {line.trip_id} 不存在。", f"There is no trip {line.trip_id}."
            yield Hit(of_line(line), zh, en, "已登记的行程 / a trip on record", line.trip_id, (edit_line("trip_id"),))
        elif trip:
            yield from _outside(facts, line, trip)


def _outside(facts: Facts, line: LineFacts, trip: Trip) -> Iterator[Hit]:
    slack = facts.parameters_of(line).trip_slack_days
    first, last = add_days(trip.starts_on, -slack), add_days(trip.ends_on, slack)
    days = [day for day in (line.started_on, line.occurred_on, line.ended_on) if day]
    outside = [day for day in days if not first <= day <= last]
    cities = [city for city in (trip.from_city, trip.to_city) if city]
    here = fold(line.city or "").removesuffix("市")
    if outside:
        zh, en = (
            f"费用日期 {outside[0]} 不在行程 {trip.starts_on} 至 {trip.ends_on} 内。",
            f"{outside[0]} lies outside the trip.",
        )
        yield Hit(of_line(line), zh, en, f"{first} – {last}", f"{outside[0]}", (explain(), edit_line("occurred_on")))
    elif here and cities and here not in {fold(city).removesuffix("市") for city in cities}:
        zh, en = (
            f"费用地点“{line.city}”不在行程 {'—'.join(cities)} 内。",
            f'"{line.city}" is not on the trip {" - ".join(cities)}.',
        )
        yield Hit(of_line(line), zh, en, ", ".join(cities), line.city or NOTHING, (explain(), edit_line("city")))


def foreign(facts: Facts) -> list[LineFacts]:
    """The lines in a foreign currency."""
    return [line for line in facts.lines if line.currency != "CNY"]


@rule(
    "X-12",
    Severity.RETURN,
    "外币须有汇率且不偏离参考汇率",
    "Foreign currency with a rate near the reference",
    clause="X-12",
    applies=where(foreign, "没有外币明细 / no line in a foreign currency"),
    uses=("fx_tolerance",),
)
def rate_is_near_the_reference(facts: Facts) -> Iterator[Hit | Lacks]:
    """A line in a foreign currency carries a rate, and that is within the limit of the reference rate of its day.

    外币明细写明汇率，且与当日参考汇率相差在限度内。
    """
    for line in foreign(facts):
        if line.fx_rate is None or line.fx_rate <= 0:
            zh, en = f"外币 {line.currency} 没有填写汇率。", f"The line in {line.currency} has no rate."
            found = NOTHING if line.fx_rate is None else f"{line.fx_rate:f}"
            yield Hit(of_line(line), zh, en, "大于零的汇率 / a rate above zero", found, (edit_line("fx_rate"),))
        elif facts.rates is None:
            yield Lacks("rates")
        else:
            yield from _off_reference(facts, line, line.fx_rate)


def _off_reference(facts: Facts, line: LineFacts, rate: Decimal) -> Iterator[Hit | Lacks]:
    day = line.occurred_on or line.ended_on or facts.claim.submitted_on
    reference = reference_rate(facts, line.currency, day)
    if reference is None:
        yield Lacks(f"rates.{line.currency}")
    elif abs(rate - reference) > reference * facts.parameters_of(line).fx_tolerance:
        off = abs(rate - reference) / reference * 100
        zh = f"汇率 {rate:f} 偏离 {day} 参考汇率 {reference:f} 达 {off:.2f}%。"
        en = f"The rate {rate:f} is {off:.2f} % off the reference {reference:f} of {day}."
        yield Hit(of_line(line), zh, en, f"{reference:f}", f"{rate:f}", (edit_line("fx_rate", f"{reference:f}"),))


def reference_rate(facts: Facts, currency: str, day: date) -> Decimal | None:
    """The latest reference rate up to a day, else the earliest after it."""
    rates = sorted((rate for rate in facts.rates or () if rate.currency == currency), key=lambda rate: rate.on)
    before = [rate for rate in rates if rate.on <= day]
    chosen = before[-1] if before else rates[0] if rates else None
    return chosen.rate if chosen else None


RULES: tuple[Rule, ...] = (
    expense_is_within_its_cap,
    spent_on_a_working_day,
    expense_belongs_to_its_trip,
    rate_is_near_the_reference,
)
