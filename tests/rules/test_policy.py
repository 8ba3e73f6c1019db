"""The policy folder: versions, inheritance, and errors that name file, key and what is allowed."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from reimburse.settings import data_folder
from rules.parameters import Parameters, descriptions
from rules.policy import load
from rules.policy_files import BadPolicy
from tests.rules.claims import BOOK

SECOND = """
[[version]]
version = "2027.1"
effective_from = 2027-01-01
[version.parameters]
claim_within_months = 2
[version.categories.gift]
account = "9999"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(data_folder("config") / "policy", tmp_path / "policy")
    return tmp_path / "policy"


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")


def test_the_version_in_force_is_picked_by_day(folder: Path) -> None:
    with (folder / "policy.toml").open("a", encoding="utf-8") as file:
        file.write(SECOND)
    book = load(folder)
    days = [date(2000, 1, 1), date(2024, 1, 1), date(2026, 12, 31), date(2027, 1, 1), date(2030, 1, 1)]
    assert [book.on(day).version for day in days] == ["2024.1", "2024.1", "2024.1", "2027.1", "2027.1"]
    assert book.version("2027.1").version == "2027.1"


def test_a_later_version_states_only_what_it_changes(folder: Path) -> None:
    with (folder / "policy.toml").open("a", encoding="utf-8") as file:
        file.write(SECOND)
    before, after = load(folder).versions
    assert (before.parameters.claim_within_months, after.parameters.claim_within_months) == (3, 2)
    assert after.parameters.large_spend_over == before.parameters.large_spend_over
    assert (before.categories["gift"].account, after.categories["gift"].account) == ("6602.03", "9999")
    assert after.categories["gift"].zh == "礼品费"
    assert len(after.categories) == len(before.categories)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("policy.toml", "claim_within_months = 3", "claim_within_months = 0", ["policy.toml", "version[0].parameters.claim_within_months", ">= 1"]),
        ("policy.toml", "claim_within_months = 3", 'claim_within_months = "3"', ["claim_within_months", "int", "str"]),
        ("policy.toml", "claim_within_months = 3", "claim_in_months = 3", ["parameters", "claim_in_months", "allowed", "claim_within_months"]),
        ("policy.toml", 'amount_tolerance = "0.01"', 'amount_tolerance = "-0.01"', ["amount_tolerance", "0 or more"]),
        ("policy.toml", "archive_years = 30", "archive_years = 4", ["archive_years", ">= 5"]),
        ("policy.toml", 'version = "2024.1"', 'version = ""', ["policy.toml", "version[0].version"]),
        ("policy.toml", "[[version]]", "[[versions]]", ["policy.toml", "versions", "allowed: version"]),
        ("policy.toml", '"acceptance_report"]', '"acceptance"]', ["large_spend_evidence", "acceptance", "allowed", "contract"]),
        ("policy.toml", "effective_from = 2024-01-01", "", ["policy.toml", "version[0]", "effective_from"]),
        ("policy.toml", "[version.parameters]", "[version.parameters", ["policy.toml", "not TOML"]),
        ("categories.toml", 'evidence = ["lodging_folio"]', 'evidence = ["folio"]', ["categories.toml", "travel_lodging.evidence", "folio", "lodging_folio"]),
        ("categories.toml", 'account = "1601"', "account = 1601", ["categories.toml", "account", "str"]),
        ("categories.toml", 'kinds = ["taxi"]', 'kinds = ["cab"]', ["categories.toml", "kinds", "cab", "taxi"]),
        ("caps.toml", 'per = "night"', 'per = "week"', ["caps.toml", "per", "night"]),
        ("titles.toml", 'name = "示例云帆科技有限公司"', "", ["titles.toml", "titles[0]", "name"]),
        ("tax_rates.toml", 'rate = "0.13"', 'rate = "13%"', ["tax_rates.toml", "tax_rates[0].rate"]),
        ("titles.toml", "[[titles]]", "[[title]]", ["titles.toml", "title", "allowed: titles"]),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_key_and_what_is_allowed(
    folder: Path, file: str, old: str, new: str, says: list[str]
) -> None:
    edit(folder, file, old, new)
    with pytest.raises(BadPolicy) as caught:
        load(folder)
    assert [word for word in says if word not in str(caught.value)] == []


def test_an_override_with_a_wrong_parameter_is_refused_on_load(folder: Path) -> None:
    with (folder / "policy.toml").open("a", encoding="utf-8") as file:
        file.write('[[version.override]]\ndepartment = "x"\nparameters = { claim_within_months = 0 }\n')
    with pytest.raises(BadPolicy, match=r"override.*>= 1"):
        load(folder)


def test_an_override_with_an_unknown_severity_is_refused(folder: Path) -> None:
    with (folder / "policy.toml").open("a", encoding="utf-8") as file:
        file.write('[[version.override]]\nrule = "R-01"\nseverity = "grave"\n')
    with pytest.raises(BadPolicy, match="allowed: block, return, approval, warn, info"):
        load(folder)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match=r"policy\.toml: the file is missing"):
        load(tmp_path)


def test_a_folder_may_hold_policy_toml_alone(folder: Path) -> None:
    for path in folder.glob("*.toml"):
        if path.name != "policy.toml":
            path.unlink()
    assert load(folder).on(date(2026, 1, 1)).categories == {}


def test_the_shipped_file_states_every_parameter() -> None:
    text = (data_folder("config") / "policy" / "policy.toml").read_text("utf-8")
    assert [name for name in Parameters.__struct_fields__ if f"{name} =" not in text] == []


def test_the_shipped_values_are_those_of_the_sources() -> None:
    parameters = BOOK.on(date(2026, 1, 1)).parameters
    assert (parameters.claim_within_months, parameters.offset_within_working_days) == (3, 3)
    assert (parameters.large_spend_over, parameters.request_over) == (Decimal("5000.00"), Decimal("2000.00"))
    assert (parameters.second_look_over, parameters.tax_id_15_cutoff) == (Decimal("50000.00"), None)
    assert (parameters.allow_partial_claims, parameters.allow_partial_red) == (False, False)


def test_every_parameter_is_described() -> None:
    assert [name for name, _ in descriptions()] == list(Parameters.__struct_fields__)
