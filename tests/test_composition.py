"""One invoice out of several files and corrections: which leads, what fills in, what is a conflict."""

import pytest

from reimburse.domain.composition import Correction, compose
from reimburse.domain.told import Told


def reading(number: int, file_format: str, **stated: object) -> Told:
    invoice = {"kind": "general_digital", "number": "1", "lines": [], "buyer": {"name": None}, **stated}
    data = {
        "format": file_format,
        "status": "parsed",
        "page": 1,
        "invoice": invoice,
        "seen": {},
        "conflicts": [],
        "missing": [name for name, value in stated.items() if value is None],
        "seal": {"status": "unsigned"},
    }
    return Told(number, number, data)


def test_files_that_disagree_are_in_conflict() -> None:
    composed = compose([reading(1, "pdf", total_incl_tax="108.00"), reading(2, "xml", total_incl_tax="100.00")])
    assert composed.data["total_incl_tax"] == "100.00"
    assert composed.conflicts == {"total_incl_tax": {"xml": "100.00", "text": "108.00"}}


def test_a_second_file_fills_in_what_the_first_lacks() -> None:
    composed = compose([reading(1, "image", total_incl_tax=None), reading(2, "pdf", total_incl_tax="5.00")])
    assert (composed.data["total_incl_tax"], composed.missing) == ("5.00", [])


def lines(*names: str | None) -> list[dict[str, str | None]]:
    return [{"item_name": name, "amount_excl_tax": "5.00"} for name in names]


@pytest.mark.parametrize(
    ("leading", "missing"),
    [(lines(None, None), ["lines.1.item_name"]), (lines("一", "二"), []), (lines("一"), [])],
    ids=["still", "named by the file that leads", "no such line"],
)
def test_a_line_without_a_name_is_missing_one_while_it_stands(
    leading: list[dict[str, str | None]], missing: list[str]
) -> None:
    told = [reading(1, "xml", lines=leading), reading(2, "pdf", lines=lines("一", None))]
    told[1].data["missing"].append("lines.1.item_name")  # type: ignore[index]
    assert compose(told).missing == missing


def test_a_name_given_to_a_line_that_is_gone_changes_nothing() -> None:
    given = Correction("lines.1.item_name", "二", "accepted", 1, "2026-11-23T00:00:00+00:00")
    composed = compose([reading(1, "xml", lines=lines("一"))], [given])
    assert (composed.data["lines"], composed.seen) == (lines("一"), {})


def test_what_a_later_file_states_comes_before_what_was_filled_in() -> None:
    filled_in = Correction("total_incl_tax", "6.00", "accepted", 1, "2026-11-23T00:00:00+00:00")
    composed = compose(
        [reading(1, "image", total_incl_tax=None), reading(2, "pdf", total_incl_tax="5.00")], [filled_in]
    )
    assert composed.data["total_incl_tax"] == "5.00"
    assert composed.conflicts["total_incl_tax"]["manual"] == "6.00"


@pytest.mark.parametrize(
    ("seals", "leads"),
    [
        (("unsigned", "intact"), 2),
        (("altered", "unsigned"), 2),
        (("intact", "trusted"), 1),
        (("unsigned", "unsigned"), 1),
    ],
)
def test_of_two_files_of_one_format_the_better_sealed_leads(seals: tuple[str, str], leads: int) -> None:
    told = [reading(1, "ofd"), reading(2, "ofd")]
    for item, seal in zip(told, seals, strict=True):
        item.data["seal"]["status"] = seal
    assert compose(told).leading.reading_id == leads
