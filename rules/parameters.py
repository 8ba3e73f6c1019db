"""Every number and switch that the sources leave to the company, with its unit; ``policy.toml`` sets the values."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, get_args, get_type_hints

import msgspec
from msgspec import Meta


def _unit(zh: str, en: str, unit: str) -> dict[str, Any]:
    return {"zh": zh, "en": en, "unit": unit}


Months = Annotated[int, Meta(ge=1, le=120)]
Days = Annotated[int, Meta(ge=0, le=3650)]
Count = Annotated[int, Meta(ge=1, le=1000)]


class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The parameters of one policy version. Amounts in yuan, shares as fractions."""

    claim_within_months: Annotated[Months, Meta(extra=_unit("报销时限", "Claim within", "months"))] = 3
    amount_tolerance: Annotated[Decimal, Meta(extra=_unit("金额容差", "Amount tolerance", "CNY"))] = Decimal("0.01")
    large_spend_over: Annotated[Decimal, Meta(extra=_unit("大额支出线", "Large spend over", "CNY"))] = Decimal(
        "5000.00"
    )
    large_spend_evidence: Annotated[
        tuple[str, ...], Meta(extra=_unit("大额支出佐证(任一)", "Evidence of large spend, any of", "attachment kinds"))
    ] = ("contract", "acceptance_report")
    request_over: Annotated[Decimal, Meta(extra=_unit("招待事前申请线", "Request before entertaining over", "CNY"))] = (
        Decimal("2000.00")
    )
    second_look_over: Annotated[Decimal, Meta(extra=_unit("财务复核线", "Second look over", "CNY"))] = Decimal(
        "50000.00"
    )
    three_flows_approval_over: Annotated[
        Decimal, Meta(extra=_unit("三流不一致特批线", "Three flows need approval over", "CNY"))
    ] = Decimal("5000.00")
    unsupported_over: Annotated[
        Decimal, Meta(extra=_unit("无业务支撑提示线", "Invoice without a deal warns over", "CNY"))
    ] = Decimal("5000.00")
    unsupported_approval_over: Annotated[
        Decimal, Meta(extra=_unit("无业务支撑特批线", "Invoice without a deal needs approval over", "CNY"))
    ] = Decimal("50000.00")
    payment_evidence_over: Annotated[Decimal, Meta(extra=_unit("付款凭证线", "Payment evidence asked over", "CNY"))] = (
        Decimal("1000.00")
    )
    tax_id_15_cutoff: Annotated[
        date | None, Meta(extra=_unit("15位税号停用日", "15-character tax ids return from", "date"))
    ] = None
    personal_titles_allowed: Annotated[
        bool, Meta(extra=_unit("允许个人抬头", "Personal titles are allowed", "yes/no"))
    ] = True
    allow_partial_claims: Annotated[
        bool, Meta(extra=_unit("允许一票分次报销", "One invoice may be claimed in parts", "yes/no"))
    ] = False
    allow_partial_red: Annotated[
        bool, Meta(extra=_unit("允许部分红冲", "Partial red letters are admitted", "yes/no"))
    ] = False
    issued_within_days: Annotated[
        Days, Meta(extra=_unit("业务后开票期限", "Issued within, after the deed", "days"))
    ] = 365
    invoicing_within_months: Annotated[
        Months, Meta(extra=_unit("申请开票时效", "Invoice asked for within", "months"))
    ] = 6
    long_after_end_days: Annotated[
        Days, Meta(extra=_unit("活动结束后取票期限", "Invoice fetched within, after the end", "days"))
    ] = 30
    advance_open_days: Annotated[Days, Meta(extra=_unit("预付款挂账期限", "A prepayment stays open for", "days"))] = 30
    certify_within_days: Annotated[
        Days, Meta(extra=_unit("勾选认证期限", "Input VAT selected within, after issue", "days"))
    ] = 180
    invoice_lead_working_days: Annotated[
        Count, Meta(extra=_unit("开票周期", "A supplier issues an invoice within", "working days"))
    ] = 5
    chase_before_days: Annotated[
        Days, Meta(extra=_unit("缺票提前催办", "Missing invoices are chased before the deadline from", "days"))
    ] = 30
    chase_every_days: Annotated[
        Count, Meta(extra=_unit("缺票催办间隔", "Missing invoices are chased again after", "days"))
    ] = 7
    offset_within_working_days: Annotated[
        Count, Meta(extra=_unit("退换冲销期限", "Offset after a refund within", "working days"))
    ] = 3
    requery_after_hours: Annotated[Count, Meta(extra=_unit("二次查询间隔", "Query again after", "hours"))] = 24
    queries_per_day: Annotated[
        Count, Meta(extra=_unit("每票每日查验次数", "Queries for each invoice and day", "queries"))
    ] = 5
    consecutive_run: Annotated[Count, Meta(extra=_unit("连号张数", "Consecutive numbers from", "invoices"))] = 3
    face_limits: Annotated[
        tuple[Decimal, ...], Meta(extra=_unit("单张最高开票限额", "Face limits, tax excluded", "CNY"))
    ] = (Decimal("10000.00"), Decimal("100000.00"), Decimal("1000000.00"))
    face_limit_share: Annotated[Decimal, Meta(extra=_unit("顶额比例", "At the face limit from", "share"))] = Decimal(
        "0.99"
    )
    unreported_limit: Annotated[
        Count, Meta(extra=_unit("销方未上传次数", "Unreported invoices of a seller from", "invoices"))
    ] = 2
    voids_limit: Annotated[
        Count, Meta(extra=_unit("90天作废红冲次数", "Voids of a seller in 90 days from", "invoices"))
    ] = 3
    near_picture_distance: Annotated[
        Count, Meta(extra=_unit("近似图片距离", "Near-duplicate picture within", "bits"))
    ] = 6
    split_window_days: Annotated[Days, Meta(extra=_unit("拆单时间窗", "Split invoices within", "days"))] = 3
    split_under_share: Annotated[
        Decimal, Meta(extra=_unit("拆单低于阈值比例", "Split invoices under a threshold by up to", "share"))
    ] = Decimal("0.05")
    trip_slack_days: Annotated[Days, Meta(extra=_unit("行程前后宽限", "Around a trip", "days"))] = 1
    fx_tolerance: Annotated[Decimal, Meta(extra=_unit("汇率偏差上限", "Rate off the reference by up to", "share"))] = (
        Decimal("0.03")
    )
    print_and_seal: Annotated[
        bool, Meta(extra=_unit("电子票须打印盖章", "E-invoices are printed and sealed", "yes/no"))
    ] = False
    auto_approve_up_to: Annotated[Decimal, Meta(extra=_unit("自动批准上限", "Approved by itself up to", "CNY"))] = (
        Decimal("500.00")
    )
    director_over: Annotated[Decimal, Meta(extra=_unit("部门总监审批线", "Director approves over", "CNY"))] = Decimal(
        "5000.00"
    )
    finance_head_over: Annotated[
        Decimal, Meta(extra=_unit("财务负责人审批线", "Finance head approves over", "CNY"))
    ] = Decimal("50000.00")
    reminder_working_days: Annotated[
        Count, Meta(extra=_unit("审批提醒", "Approver reminded after", "working days"))
    ] = 2
    escalation_working_days: Annotated[Count, Meta(extra=_unit("审批升级", "Step escalates after", "working days"))] = 5
    draft_days: Annotated[Count, Meta(extra=_unit("草稿保留期", "Drafts are kept for", "days"))] = 90
    archive_years: Annotated[
        Annotated[int, Meta(ge=5, le=100)], Meta(extra=_unit("存档年限", "Archive kept for", "years"))
    ] = 30

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, Decimal) and value < 0:
                raise ValueError(f"{name}: {value} given, 0 or more allowed")


class Description(msgspec.Struct, frozen=True):
    """What a parameter is called in both languages, and its unit."""

    zh: str
    en: str
    unit: str


def descriptions() -> Iterator[tuple[str, Description]]:
    """Every parameter with its names and unit, in the order of the class."""
    for name, hint in get_type_hints(Parameters, include_extras=True).items():
        for meta in get_args(hint)[1:]:
            if isinstance(meta, Meta) and meta.extra:
                yield name, Description(**meta.extra)


def as_json(value: object) -> object:
    """A parameter's value as JSON: decimals and dates as strings.

    >>> as_json(Decimal("5000.00"))
    '5000.00'
    """
    if isinstance(value, tuple):
        return [as_json(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value
