"""Who is asking, and what their role lets them open."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

import flask_login
from flask import abort
from flask_login import LoginManager, UserMixin, current_user

from reimburse.domain.workflow import Role
from reimburse.services.company import accounts
from reimburse.store.people import PersonRow

P = ParamSpec("P")
R = TypeVar("R")
login_manager = LoginManager()
login_manager.login_view = "sign_in.form"
login_manager.login_message = None


class SignedIn(UserMixin):  # type: ignore[misc]
    """The person behind a session; the id carries the session's version, so that a new password ends old ones."""

    def __init__(self, person: PersonRow, unread: int = 0) -> None:
        self.person = person
        self.unread = unread
        self.language = person.language

    def get_id(self) -> str:
        """``person id:session version``."""
        return f"{self.person.id}:{self.person.session_version}"


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(identity: str) -> SignedIn | None:
    person_id, _, version = identity.partition(":")
    found = accounts.signed_in(int(person_id), version) if person_id.isdigit() else None
    return SignedIn(*found) if found else None


def login_required(view: Callable[P, R]) -> Callable[P, R]:
    """Let in only people who are signed in; others are sent to the sign-in page."""
    return cast("Callable[P, R]", flask_login.login_required(view))


def me() -> PersonRow:
    """The person who asks. Only within ``login_required`` views."""
    return cast("PersonRow", current_user.person)


def unread() -> int:
    """How many notices wait for the person who asks."""
    return int(current_user.unread)


def my_roles() -> frozenset[Role]:
    """All roles of the person who asks, in any department."""
    return me().roles()


def needs(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let in only people who hold one of these roles; others get 403."""

    def wrap(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not my_roles() & set(roles):
                abort(403)
            return view(*args, **kwargs)

        return login_required(cast("Callable[P, R]", guarded))

    return wrap


def is_signed_in() -> bool:
    """Whether somebody is signed in."""
    return bool(current_user.is_authenticated)


__all__ = ["SignedIn", "is_signed_in", "login_manager", "login_required", "me", "my_roles", "needs", "unread"]
