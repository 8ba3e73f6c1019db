"""Sign in, sign out, choose the language."""

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from reimburse.services.company import accounts, setup
from reimburse.services.errors import Refused
from reimburse.web.access import SignedIn, is_signed_in, login_required
from reimburse.web.deeds import local
from reimburse.web.language import say

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in")
def form() -> ResponseReturnValue:
    """The sign-in page."""
    if is_signed_in():
        return redirect(url_for("home.show"))
    if setup.is_needed():
        return redirect(url_for("setup.form"))
    return _page()


@bp.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Check login and password; five wrong ones in a row lock the account for a while."""
    try:
        person = accounts.sign_in(request.form.get("login", ""), request.form.get("password", ""), _address())
    except Refused as refused:
        flash(say(refused.text), "danger")
        return _page(request.form.get("login", "")), 401
    login_user(SignedIn(person))
    return redirect(local(request.args.get("next", ""), url_for("home.show")))


@bp.post("/sign-out")
@login_required
def sign_out() -> ResponseReturnValue:
    """End this session."""
    logout_user()
    return redirect(url_for("sign_in.form"))


@bp.post("/language/<word>")
def choose_language(word: str) -> ResponseReturnValue:
    """Switch between zh and en for this session."""
    session["language"] = g.language = "en" if word == "en" else "zh"
    return redirect(local(request.form.get("back", ""), url_for("home.show")))


def _page(login: str = "") -> str:
    people = setup.demo_accounts() if accounts.is_loopback(_address()) else []
    return render_template("sign_in.html", login=login, demo_people=people)


def _address() -> str | None:
    """Where the request comes from; what a proxy passed on comes from elsewhere."""
    return None if "X-Forwarded-For" in request.headers else request.remote_addr
