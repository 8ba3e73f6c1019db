"""The page of a batch speaks the reader's language."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reimburse.settings import Settings
from tests.batch_stories import batch_at
from tests.builders import plain_policy


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


@pytest.mark.parametrize(
    ("language", "said", "other"), [("zh", "办公费", "Office supplies"), ("en", "Office supplies", "办公费")]
)
def test_control_totals_name_categories_in_one_language(
    company: dict[str, int], sign_in: Callable[[str], FlaskClient], language: str, said: str, other: str
) -> None:
    batch = batch_at(company, "frozen")
    assert list(batch.control["by_category_fen"]) == ["办公费 Office supplies"]
    client = sign_in("sun")
    client.post(f"/language/{language}", data={"back": "/"})
    page = client.get(f"/batches/{batch.batch_no}").text
    assert (f"<dt>{said}</dt>" in page, f"{said} {other}" in page, f"{other} {said}" in page) == (True, False, False)
