"""Three flows against their table of cases."""

import doctest
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reimburse.domain.money import to_fen
from reimburse.matching import three_flows as module
from reimburse.matching.three_flows import Flow, Stated, three_flows

CASES = tomllib.loads((Path(__file__).parent / "cases" / "three_flows.toml").read_text("utf-8"))["case"]


def papers(rows: list[list[str]]) -> list[Stated]:
    return [Stated(party, None if amount == "-" else to_fen(Decimal(amount))) for party, amount in rows]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_three_flows(case: dict[str, Any]) -> None:
    aliases = frozenset((one, other) for one, other in case.get("aliases", ()))
    flows = [papers(case[side]) for side in ("invoices", "payments", "goods")]
    found = three_flows(flows[0], flows[1], flows[2], aliases, papers(case.get("ordered", [])))
    points = {
        f"{point.flow}.{point.aspect}": "unknown" if point.agrees is None else point.agrees for point in found.points
    }
    assert (found.verdict.value, points) == (case["verdict"], case["points"])
    assert case.get("says", found.points[0].text.zh) in [point.text.zh for point in found.points]


def test_which_flow_differs_is_said_in_both_languages() -> None:
    found = three_flows(
        [Stated("样例五金有限公司", 10_000)], [Stated("张三", 9_000)], [Stated("样例五金有限公司", 10_000)]
    )
    said = [point.text for point in found.points if point.agrees is False]
    assert {point.flow for point in found.points if point.agrees is False} == {Flow.PAYMENT}
    assert [text.en for text in said] == [
        'the payee is "张三", the seller "样例五金有限公司"',
        "payment 90.00, invoiced 100.00: 10.00 less",
    ]


def test_the_docstrings_run() -> None:
    assert doctest.testmod(module).failed == 0
