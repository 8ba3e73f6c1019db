"""The Baidu client against a server that answers as the documentation says: forms, results, errors, tokens."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.verification import NotVerifiable, Outcome, Question, VerificationStatus
from reimburse.services.invoices.verification_baidu import Baidu, form_of
from tests.verification_server import TOKEN, Platform, refused, serving, verified

DAY = date(2026, 11, 20)
DIGITAL = Question(InvoiceKind.GENERAL_DIGITAL, "26990000000000000001", DAY, total_incl_tax=Decimal("106.00"))


def client(platform: Platform) -> Baidu:
    return Baidu("key", "secret", platform.url, 5)


def question(kind: InvoiceKind, code: str) -> Question:
    return Question(kind, "12345678", DAY, code, "12345678901234567890", Decimal(100), Decimal("106.00"))


@pytest.mark.parametrize(
    ("kind", "code", "name", "check", "amount"),
    [
        ("special_paper", "1100990000", "special_vat_invoice", "", "100.00"),
        ("special_electronic", "011009900013", "elec_special_vat_invoice", "567890", "100.00"),
        ("general_paper", "011009900004", "normal_invoice", "567890", ""),
        ("general_electronic", "011009900011", "elec_normal_invoice", "567890", ""),
        ("general_roll", "011009900007", "roll_normal_invoice", "567890", ""),
        ("toll", "011009900012", "toll_elec_normal_invoice", "567890", ""),
        ("blockchain", "144009900010", "blockchain_invoice", "567890", "100.00"),
        ("motor_vehicle", "111009900021", "motor_vehicle_invoice", "", "100.00"),
        ("special_digital", "", "elec_invoice_special", "", "106.00"),
        ("general_digital", "", "elec_invoice_normal", "", "106.00"),
        ("toll", "", "elec_toll_invoice", "", "106.00"),
        ("rail_ticket", "", "elec_train_ticket_invoice", "", "106.00"),
        ("air_itinerary", "", "elec_flight_itinerary_invoice", "", "106.00"),
        ("motor_vehicle", "", "motor_vehicle_invoice", "", "106.00"),
    ],
)
def test_each_kind_is_asked_about_with_its_own_fields(kind: str, code: str, name: str, check: str, amount: str) -> None:
    assert form_of(question(InvoiceKind(kind), code)) == {
        "invoice_type": name,
        "invoice_code": code,
        "invoice_num": "12345678",
        "invoice_date": "20261120",
        "check_code": check,
        "total_amount": amount,
    }


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (Question(InvoiceKind.GENERAL_PAPER, "12345678", DAY, "0110"), "校验码"),
        (Question(InvoiceKind.SPECIAL_PAPER, "12345678", DAY, "1100"), "不含税金额"),
        (Question(InvoiceKind.GENERAL_DIGITAL, "26990000000000000001", DAY), "价税合计"),
        (Question(InvoiceKind.TAXI, "12345678", DAY, "1100"), "这种票据"),
    ],
)
def test_what_an_invoice_lacks_is_named_before_a_query_is_spent(asked: Question, says: str) -> None:
    with pytest.raises(NotVerifiable) as refused_:
        form_of(asked)
    assert says in refused_.value.text.zh


@pytest.mark.parametrize(
    ("reply", "outcome", "status"),
    [
        (verified("N"), "answered", "normal"),
        (verified("Y"), "answered", "voided"),
        (verified("H"), "answered", "red_lettered"),
        (verified("QH"), "answered", "red_lettered"),
        (verified("BH"), "answered", "red_lettered"),
        (verified("?"), "later", None),
        (verified(result="0009"), "answered", "not_found"),
        (verified(result="0002"), "tomorrow", None),
        (verified(result="0006"), "mismatch", None),
        (verified(result="1004"), "tomorrow", None),
        (verified(result="1008"), "bad_input", None),
        (verified(result="1014"), "tomorrow", None),
        (verified(result="1015"), "never", None),
        (verified(result="1020"), "refused", None),
        (verified(result="1021"), "later", None),
        (verified(result="7777"), "later", None),
        ({"log_id": 1, "words_result": {"VerifyResult": "0001", "InvalidSign": "N"}}, "answered", "normal"),
    ],
)
def test_each_result_has_its_meaning(reply: Any, outcome: str, status: str | None) -> None:
    with serving(Platform(reply)) as platform:
        answer = client(platform).ask(DIGITAL)
    assert (answer.outcome, answer.status) == (Outcome(outcome), status and VerificationStatus(status))
    assert answer.reached
    assert json.loads(answer.raw) == reply


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (1, "later"),
        (2, "later"),
        (4, "later"),
        (18, "later"),
        (282000, "later"),
        (17, "tomorrow"),
        (216100, "bad_input"),
        (6, "refused"),
        (14, "refused"),
        (19, "refused"),
        (216110, "refused"),
    ],
)
def test_a_transport_error_reaches_nobody(code: int, outcome: str) -> None:
    with serving(Platform(refused(code))) as platform:
        answer = client(platform).ask(DIGITAL)
    assert (answer.outcome, answer.reached) == (Outcome(outcome), False)
    assert str(code) in answer.said.zh


@pytest.mark.parametrize("code", [110, 111])
def test_a_token_that_no_longer_holds_is_fetched_anew_once(code: int) -> None:
    tokens = (TOKEN, {**TOKEN, "access_token": "token-2"})
    with serving(Platform(refused(code), verified(), tokens=tokens)) as platform:
        assert client(platform).ask(DIGITAL).outcome is Outcome.ANSWERED
    assert platform.used_tokens == ["token-1", "token-2"]


def test_a_token_that_never_holds_is_not_fetched_for_ever() -> None:
    with serving(Platform(refused(110, "Access token invalid"))) as platform:
        answer = client(platform).ask(DIGITAL)
    assert (answer.outcome, len(platform.used_tokens)) == (Outcome.REFUSED, 2)


def test_one_token_serves_many_queries() -> None:
    with serving(Platform(verified())) as platform:
        baidu = client(platform)
        for _ in range(3):
            baidu.ask(DIGITAL)
    assert platform.keys == [{"grant_type": "client_credentials", "client_id": "key", "client_secret": "secret"}]
    assert len(platform.queries) == 3


def test_a_token_about_to_expire_is_renewed() -> None:
    with serving(Platform(verified(), tokens=({**TOKEN, "expires_in": 60},))) as platform:
        baidu = client(platform)
        for _ in range(2):
            baidu.ask(DIGITAL)
    assert len(platform.keys) == 2


@pytest.mark.parametrize("why", ["unknown client id", "Client authentication failed"])
def test_wrong_keys_are_told_as_such(why: str) -> None:
    reply = {"error": "invalid_client", "error_description": why}
    with serving(Platform(verified(), tokens=(reply,))) as platform:
        answer = client(platform).ask(DIGITAL)
    assert (answer.outcome, answer.reached, platform.queries) == (Outcome.REFUSED, False, [])
    assert why in answer.said.en


@pytest.mark.parametrize("reply", [b"<html>busy</html>", b"[]", 502])
def test_what_is_no_answer_is_tried_later(reply: Any) -> None:
    with serving(Platform(reply)) as platform:
        answer = client(platform).ask(DIGITAL)
    assert answer.outcome is Outcome.LATER
    assert not answer.reached


def test_a_service_that_is_away_is_tried_later() -> None:
    with serving(Platform(verified())) as platform:
        pass
    assert client(platform).ask(DIGITAL).outcome is Outcome.LATER


def test_keys_go_out_encrypted_only() -> None:
    with pytest.raises(ValueError, match="https"):
        Baidu("key", "secret", "http://aip.example.com", 5)
