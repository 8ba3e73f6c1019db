"""Delegations: who stands in for whom as approver, given, received, and for admins all."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import REVIEWERS, Role
from reimburse.services.approval import delegations
from reimburse.services.approval.delegations import Wanted
from reimburse.services.company import people
from reimburse.services.errors import Refused
from reimburse.store.db import today
from reimburse.web.access import login_required, me, my_roles
from reimburse.web.language import say, t

P = ParamSpec("P")
R = TypeVar("R")
bp = Blueprint("delegations", __name__, url_prefix="/delegations")


def reviewing(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let in people who hold one of these roles, and whoever stands in for somebody today; others get 403."""

    def wrap(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not (my_roles() & set(roles) or delegations.stands_in(me())):
                abort(403)
            return view(*args, **kwargs)

        return login_required(guarded)

    return wrap


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """The delegations one may see, and the form for a new one where one has steps to delegate."""
    return _page({})


@bp.post("")
@reviewing(*REVIEWERS, Role.ADMIN)
def create() -> ResponseReturnValue:
    """Delegate from one day to another."""
    try:
        delegations.create(me(), _posted())
    except Refused as refused:
        flash(say(refused.text), "danger")
        return _page(request.form.to_dict()), 422
    flash(t("代理已设置，代理人已收到通知。", "Done; whoever stands in was told."), "success")
    return redirect(url_for("delegations.index"))


@bp.post("/<int:delegation_id>/revoke")
@login_required
def revoke(delegation_id: int) -> ResponseReturnValue:
    """End a delegation now."""
    delegations.revoke(me(), delegation_id)
    flash(t("代理已结束。", "The delegation is over."), "success")
    return redirect(url_for("delegations.index"))


def _page(form: dict[str, str]) -> str:
    gives = bool(my_roles() & (REVIEWERS | {Role.ADMIN}))
    principals, delegates = delegations.people_to_choose() if gives else ((), ())
    return render_template(
        "delegations/index.html",
        rows=delegations.shown_to(me()),
        state_of=delegations.state_of,
        today=today(),
        gives=gives,
        is_admin=Role.ADMIN in my_roles(),
        principals=principals,
        delegates=delegates,
        departments=people.departments() if gives else (),
        form=form,
    )


def _posted() -> Wanted:
    principal_id = request.form.get("principal_id", me().id, int)
    days = [_day(request.form.get(name, "")) for name in ("first_day", "last_day")]
    department_id = request.form.get("department_id", 0, int) or None
    return Wanted(principal_id, request.form.get("delegate_id", 0, int), days[0], days[1], department_id)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("请填写起止日期。", "Give the first and the last day.") from None
