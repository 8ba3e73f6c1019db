"""In the editor a reviewer's reason stands once, whether it is the reviewer's own or quotes a finding."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reimburse.services.claims import checking
from reimburse.store.approvals import ApprovalStepRow, LineDecisionRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now, transaction
from reimburse.web.reviewer_words import quotation
from tests.claim_stories import claim_on, found, good_invoice

SignIn = Callable[[str], FlaskClient]
OWN = "请补充地点"


def returned(company: dict[str, int], reason: Callable[[str], str], language: int = 0) -> tuple[ClaimRow, str]:
    """A claim returned for a reason made of its first finding's quotation; and that finding's message."""
    claim = claim_on(good_invoice(company["lin"], "600.00"))
    finding = checking.preview(claim).findings[0]
    with transaction() as session:
        claim = found(claim.claim_no)
        claim.state, claim.round = "returned", 1
        step = ApprovalStepRow(claim_id=claim.id, round=1, position=1, role="approver", state="returned")
        step.decided_at = now()
        session.add(step)
        session.flush()
        said = reason(quotation(finding)[language])
        session.add(LineDecisionRow(step_id=step.id, line_id=claim.lines[0].id, decision="returned", reason=said))
    return claim, finding.message.zh


@pytest.mark.parametrize("language", [0, 1])
@pytest.mark.parametrize(
    ("reason", "apart"),
    [
        (lambda quoted: quoted, 0),
        (lambda quoted: f"{OWN}\n{quoted}", 1),
        (lambda quoted: f"{quoted}\n{OWN}", 1),
    ],
)
def test_a_quoted_finding_stands_once(
    company: dict[str, int], sign_in: SignIn, reason: Callable[[str], str], apart: int, language: int
) -> None:
    claim, message = returned(company, reason, language)
    page = sign_in("lin").get(f"/claims/{claim.claim_no}/edit").text
    assert (page.count(message), page.count(OWN), page.count("审核人据此退回本行")) == (1, apart, 1)


def test_a_reason_of_ones_own_stands_beside_the_findings(company: dict[str, int], sign_in: SignIn) -> None:
    claim, message = returned(company, lambda _: OWN)
    page = sign_in("lin").get(f"/claims/{claim.claim_no}/edit").text
    assert (page.count(message), page.count(OWN), page.count("审核人据此退回本行")) == (1, 1, 0)
