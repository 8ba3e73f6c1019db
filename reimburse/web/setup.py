"""The first start for real: one page, on this machine only, until somebody can sign in."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.finding import Text
from reimburse.domain.workflow import Role
from reimburse.services.company import setup
from reimburse.services.company.accounts import is_loopback, settings
from reimburse.services.company.people import PersonForm
from reimburse.services.company.titles import TitleForm
from reimburse.services.errors import Refused
from reimburse.services.policy import policies
from reimburse.web.language import say, t

bp = Blueprint("setup", __name__, url_prefix="/setup")


@bp.before_request
def _only_here_and_once() -> None:
    if not is_loopback(request.remote_addr) or "X-Forwarded-For" in request.headers:
        abort(403)
    if not setup.is_needed():
        abort(404)


@bp.get("")
def form() -> ResponseReturnValue:
    """The page, with the policy as shipped read aloud."""
    return _page()


@bp.post("")
def finish() -> ResponseReturnValue:
    """Store the company and its first people."""
    given = request.form
    title = TitleForm(
        given["title_name"],
        given["title_tax_id"],
        given["address_phone"],
        given["bank_account"],
        account_name=given.get("account_name", ""),
    )
    first = setup.FirstCompany(
        title,
        given["department"],
        given["cost_center"],
        _person("admin", (Role.ADMIN,)),
        _person("finance", (Role.FINANCE_HEAD, Role.FINANCE_REVIEWER)),
    )
    try:
        setup.create(first)
    except Refused as refused:
        flash(say(refused.text), "danger")
        return _page(), 422
    flash(t("设置完成，请登录。", "It is set up: sign in."), "success")
    return redirect(url_for("sign_in.form"))


def _person(prefix: str, roles: tuple[str, ...]) -> PersonForm:
    given = request.form
    return PersonForm(
        login=given[f"{prefix}_login"],
        employee_no=given[f"{prefix}_no"],
        name=given[f"{prefix}_name"],
        department=given["department"],
        email=given.get(f"{prefix}_email", ""),
        roles=roles,
        password=given[f"{prefix}_password"],
    )


def _page() -> str:
    return render_template(
        "setup/form.html", given=request.form, outbox=settings().data / "outbox", policy=_policy_words()
    )


def _policy_words() -> list[Text]:
    parameters = policies.in_force().parameters
    months, large, ask = parameters.claim_within_months, parameters.large_spend_over, parameters.request_over
    return [
        Text(f"费用发生后 {months} 个月内报销（R-72）", f"Claim within {months} months of the expense (R-72)"),
        Text(f"单笔超过 ¥{large:,} 须附合同或验收单（R-58）", f"Contract or acceptance report over ¥{large:,} (R-58)"),
        Text(f"招待超过 ¥{ask:,} 须事前申请（R-88）", f"Entertainment over ¥{ask:,} is requested beforehand (R-88)"),
        Text("同一张发票只能报销一次（X-03）", "An invoice is reimbursed once (X-03)"),
        Text(
            "可在数据目录的 policy 文件夹放置自己的政策文件",
            "A folder `policy` in the data folder holds a policy of your own",
        ),
    ]
