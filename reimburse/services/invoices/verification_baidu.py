"""Invoice verification by Baidu's ``vat_invoice_verification``, written to its public documentation of 2025-10.

Replies of the token and of the verification address are JSON whatever the HTTP status; the codes decide.
"""

import json
import time
from dataclasses import dataclass
from decimal import Decimal
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from reimburse.domain.finding import Text
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.money import money_text
from reimburse.domain.verification import Answer, NotVerifiable, Outcome, Question, VerificationStatus

TOKEN_PATH = "/oauth/2.0/token"
VERIFY_PATH = "/rest/2.0/ocr/v1/vat_invoice_verification"
MOST_BYTES = 1 << 20
EARLY_S = 300
"""A token is renewed so long before it expires."""
STALE_TOKEN = frozenset({110, 111})


class Unreachable(Exception):
    """The service gave no usable reply."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind is asked about: Baidu's name, which amount it wants, and whether code and check code are needed."""

    name: str
    amount: str = ""
    code: bool = True
    check: bool = False


PAPER = {
    InvoiceKind.SPECIAL_PAPER: Form("special_vat_invoice", "net"),
    InvoiceKind.SPECIAL_ELECTRONIC: Form("elec_special_vat_invoice", "net", check=True),
    InvoiceKind.GENERAL_PAPER: Form("normal_invoice", check=True),
    InvoiceKind.GENERAL_ELECTRONIC: Form("elec_normal_invoice", check=True),
    InvoiceKind.GENERAL_ROLL: Form("roll_normal_invoice", check=True),
    InvoiceKind.TOLL: Form("toll_elec_normal_invoice", check=True),
    InvoiceKind.BLOCKCHAIN: Form("blockchain_invoice", "net", check=True),
    InvoiceKind.MOTOR_VEHICLE: Form("motor_vehicle_invoice", "net"),
}
"""Kinds with an invoice code."""
DIGITAL = {
    InvoiceKind.SPECIAL_DIGITAL: Form("elec_invoice_special", "total", code=False),
    InvoiceKind.GENERAL_DIGITAL: Form("elec_invoice_normal", "total", code=False),
    InvoiceKind.TOLL: Form("elec_toll_invoice", "total", code=False),
    InvoiceKind.RAIL_TICKET: Form("elec_train_ticket_invoice", "total", code=False),
    InvoiceKind.AIR_ITINERARY: Form("elec_flight_itinerary_invoice", "total", code=False),
    InvoiceKind.MOTOR_VEHICLE: Form("motor_vehicle_invoice", "total", code=False),
}
"""Kinds with a number of 20 digits and no code."""
SIGNS = {
    "N": (VerificationStatus.NORMAL, Text("查验一致，未作废", "Consistent, not voided")),
    "Y": (VerificationStatus.VOIDED, Text("已作废", "Voided")),
    "H": (VerificationStatus.RED_LETTERED, Text("已冲红", "Red-lettered")),
    "QH": (VerificationStatus.RED_LETTERED, Text("全额红冲", "Red-lettered in full")),
    "BH": (VerificationStatus.RED_LETTERED, Text("部分红冲", "Red-lettered in part")),
}
RESULTS = {
    "0002": (Outcome.TOMORROW, Text("超过该张票当天查验次数", "Too many queries of this invoice today")),
    "0005": (Outcome.BAD_INPUT, Text("请求不合法，入参格式有误", "The request was malformed")),
    "0006": (Outcome.MISMATCH, Text("发票信息与税局不一致", "The particulars differ from the tax office's")),
    "1004": (Outcome.TOMORROW, Text("已超过最大查验量", "The account's queries are used up")),
    "1005": (Outcome.BAD_INPUT, Text("查询发票不规范", "Not a proper invoice query")),
    "1006": (Outcome.LATER, Text("查验异常", "The platform failed")),
    "1008": (Outcome.BAD_INPUT, Text("字段不能为空", "A field is empty")),
    "1009": (Outcome.BAD_INPUT, Text("参数长度不正确", "A field has the wrong length")),
    "1014": (Outcome.TOMORROW, Text("当天开具的发票不能查验", "Invoices of today cannot be queried yet")),
    "1015": (Outcome.NEVER, Text("超过五年的发票不能查验", "Invoices older than five years cannot be queried")),
    "1020": (Outcome.REFUSED, Text("没有查验权限", "The account may not verify")),
    "1021": (Outcome.LATER, Text("网络超时或税局维护", "Time-out, or the tax office is in maintenance")),
    "9999": (Outcome.LATER, Text("查验失败", "The query failed")),
}
ERRORS = {
    1: Outcome.LATER,
    2: Outcome.LATER,
    4: Outcome.LATER,
    18: Outcome.LATER,
    282000: Outcome.LATER,
    17: Outcome.TOMORROW,
    216100: Outcome.BAD_INPUT,
    216101: Outcome.BAD_INPUT,
    216103: Outcome.BAD_INPUT,
}
"""Transport errors that time or another input can mend; all others are a matter of keys, rights and payment."""


class Baidu:
    """A client with the company's keys; its token is kept for as long as it holds."""

    name = "baidu"

    def __init__(self, api_key: str, secret_key: str, url: str, timeout_s: int) -> None:
        if not url.startswith(("https://", "http://127.0.0.1:")):
            raise ValueError("verification_url has to begin with https://")
        self._keys = {"client_id": api_key, "client_secret": secret_key}
        self._url, self._timeout_s = url.rstrip("/"), timeout_s
        self._token, self._token_until = "", 0.0

    def may_ask(self, question: Question) -> None:
        """``NotVerifiable`` where the service cannot be asked about this invoice."""
        form_of(question)

    def ask(self, question: Question) -> Answer:
        """One query; a token that no longer holds is fetched anew, once."""
        form = form_of(question)
        try:
            data, raw = self._verified(form)
            if data.get("error_code") in STALE_TOKEN:
                self._token = ""
                data, raw = self._verified(form)
        except Unreachable as away:
            text = Text(f"查验服务无响应：{away}", f"The service gave no reply: {away}")
            return Answer(Outcome.LATER, text, reached=False)
        return answer_of(data, raw)

    def _verified(self, form: dict[str, str]) -> tuple[dict[str, Any], bytes]:
        if not self._token or time.monotonic() > self._token_until:
            data, raw = self._post(f"{TOKEN_PATH}?{urlencode({'grant_type': 'client_credentials', **self._keys})}", {})
            if "access_token" not in data:
                return data, raw
            self._token = str(data["access_token"])
            self._token_until = time.monotonic() + float(data.get("expires_in", 0)) - EARLY_S
        return self._post(f"{VERIFY_PATH}?{urlencode({'access_token': self._token})}", form)

    def _post(self, path: str, form: dict[str, str]) -> tuple[dict[str, Any], bytes]:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        request = Request(self._url + path, urlencode(form).encode(), headers, method="POST")  # noqa: S310
        try:
            with urlopen(request, timeout=self._timeout_s) as reply:  # noqa: S310 - the constructor checked the address
                raw = reply.read(MOST_BYTES)
        except HTTPError as error:
            raw = error.read(MOST_BYTES)
        except (OSError, HTTPException) as away:
            raise Unreachable(type(away).__name__) from None
        try:
            data = json.loads(raw)
        except ValueError:
            raise Unreachable("not JSON") from None
        if not isinstance(data, dict):
            raise Unreachable("not a JSON object")
        return data, raw


def form_of(question: Question) -> dict[str, str]:
    """The six fields of a request; ``NotVerifiable`` names what the invoice lacks."""
    form = (PAPER if question.code else DIGITAL).get(question.kind)
    if form is None:
        raise NotVerifiable("这种票据不能用查验接口查验", "The service does not verify this kind of document")
    amount = {"net": question.amount_excl_tax, "total": question.total_incl_tax}.get(form.amount)
    lacking = _lacking(question, form, amount)
    if lacking:
        zh, en = "、".join(text.zh for text in lacking), ", ".join(text.en for text in lacking)
        raise NotVerifiable(f"查验还缺：{zh}", f"To be verified it lacks: {en}")
    return {
        "invoice_type": form.name,
        "invoice_code": question.code if form.code else "",
        "invoice_num": question.number,
        "invoice_date": f"{question.issue_date:%Y%m%d}",
        "check_code": question.check_code[-6:] if form.check else "",
        "total_amount": money_text(amount) if amount is not None else "",
    }


def _lacking(question: Question, form: Form, amount: Decimal | None) -> list[Text]:
    lacking = []
    if form.check and len(question.check_code) < 6:
        lacking.append(Text("校验码", "check code"))
    if form.amount and amount is None:
        net = form.amount == "net"
        lacking.append(Text("不含税金额", "amount without tax") if net else Text("价税合计", "total"))
    return lacking


def answer_of(data: dict[str, Any], raw: bytes) -> Answer:
    """What a reply means."""
    inner = data.get("words_result")
    result = data.get("VerifyResult") or (inner.get("VerifyResult") if isinstance(inner, dict) else None)
    if result is None:
        return _refusal(data, raw)
    if result == "0001":
        sign = str(data.get("InvalidSign") or (inner.get("InvalidSign") if isinstance(inner, dict) else "") or "")
        if sign in SIGNS:
            status, said = SIGNS[sign]
            return Answer(Outcome.ANSWERED, said, status, raw)
        return Answer(Outcome.LATER, Text(f"状态未知：{sign}", f"Unknown state {sign}"), raw=raw)
    if result == "0009":
        return Answer(Outcome.ANSWERED, Text("查无此票", "Not found"), VerificationStatus.NOT_FOUND, raw)
    unknown = (Outcome.LATER, Text(f"未知结果 {result}", f"Unknown result {result}"))
    outcome, said = RESULTS.get(str(result), unknown)
    return Answer(outcome, said, raw=raw)


def _refusal(data: dict[str, Any], raw: bytes) -> Answer:
    """A transport error, or one of the token: the question did not reach the tax office."""
    code = data.get("error_code")
    outcome = ERRORS.get(code, Outcome.REFUSED) if isinstance(code, int) else Outcome.REFUSED
    why = str(data.get("error_msg") or data.get("error_description") or data.get("error") or "?")[:100]
    said = Text(f"接口拒绝（{code or '鉴权'}）：{why}", f"Refused ({code or 'keys'}): {why}")
    return Answer(outcome, said, raw=raw, reached=False)
