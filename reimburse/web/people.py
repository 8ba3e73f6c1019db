"""People in Settings: list, add, change, import, lock out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import Role
from reimburse.export.payments import masked
from reimburse.services.company import people, people_import, titles
from reimburse.services.errors import Refused
from reimburse.web.access import me, needs
from reimburse.web.language import say, t
from reimburse.web.refused_forms import back_to

bp = Blueprint("people", __name__, url_prefix="/people")
admins = needs(Role.ADMIN)
readers = needs(Role.ADMIN, Role.FINANCE_HEAD)


@bp.get("")
@readers
def index() -> ResponseReturnValue:
    """People, fifty a page."""
    words, after = request.args.get("q", ""), request.args.get("after", 0, int)
    rows = people.page(after, words)
    following = rows[-1].id if len(rows) == people.PAGE else None
    departments = people.departments()
    return render_template(
        "people/index.html",
        people=rows,
        following=following,
        q=words,
        departments=departments,
        department_names={row.id: row.name for row in departments},
        titles=titles.all_titles(),
    )


@bp.get("/new")
@admins
def new() -> ResponseReturnValue:
    """An empty form."""
    return _form(None, people.PersonForm("", "", "", ""))


@bp.post("/new")
@admins
def add() -> ResponseReturnValue:
    """Add a person and show the first password once."""
    form = _posted()
    try:
        password = people.add(form, me())
    except Refused as refused:
        flash(say(refused.text), "danger")
        return _form(None, form), 422
    return render_template("people/password.html", accounts=[(form.login, password)])


@bp.get("/<int:person_id>")
@admins
def edit(person_id: int) -> ResponseReturnValue:
    """The form of one person."""
    person = people.get(person_id)
    roles = tuple(grant.role for grant in person.grants)
    form = people.PersonForm(
        person.login,
        person.employee_no,
        person.name,
        person.department.name,
        person.email or "",
        person.grade,
        roles=roles,
    )
    return _form(person_id, form)


@bp.post("/<int:person_id>")
@admins
def save(person_id: int) -> ResponseReturnValue:
    """Store what was changed."""
    form = _posted()
    try:
        people.change(person_id, form, me())
    except Refused as refused:
        flash(say(refused.text), "danger")
        return _form(person_id, form), 422
    flash(t("已保存。", "Saved."), "success")
    return redirect(url_for("people.index"))


@bp.post("/<int:person_id>/password")
@admins
def reset_password(person_id: int) -> ResponseReturnValue:
    """Make a new password and show it once."""
    login = people.get(person_id).login
    return render_template("people/password.html", accounts=[(login, people.reset_password(person_id, me()))])


@bp.post("/<int:person_id>/active")
@admins
def set_active(person_id: int) -> ResponseReturnValue:
    """Disable or enable the account."""
    people.set_active(person_id, request.form.get("active") == "1", me())
    return redirect(url_for("people.edit", person_id=person_id))


@bp.get("/import")
@admins
def import_form() -> ResponseReturnValue:
    """Where the CSV file is chosen."""
    return render_template("people/import.html", rows=None, columns=people_import.COLUMNS)


@bp.post("/import")
@admins
def import_file() -> ResponseReturnValue:
    """First a dry run; with the file's text sent back, the import itself."""
    file = request.files.get("file")
    text = request.form.get("text")
    data = text.encode() if text else file.read() if file else b""
    try:
        if text:
            return render_template("people/password.html", accounts=people_import.add_all(data, me()))
        rows = people_import.dry_run(data)
    except Refused as refused:
        flash(say(refused.text), "danger")
        return render_template("people/import.html", rows=None, columns=people_import.COLUMNS), 422
    shown = people_import.decoded(data)
    return render_template("people/import.html", rows=rows, columns=people_import.COLUMNS, text=shown)


@bp.post("/departments")
@admins
def add_department() -> ResponseReturnValue:
    """Add a department."""
    back_to(url_for("people.index"))
    entity = request.form.get("legal_entity_id", 0, int)
    people.add_department(request.form.get("name", ""), entity, request.form.get("cost_center", ""))
    return redirect(url_for("people.index"))


def _posted() -> people.PersonForm:
    names = ("login", "employee_no", "name", "department", "email", "grade", "payout_account")
    return people.PersonForm(
        **{name: request.form.get(name, "") for name in names}, roles=tuple(request.form.getlist("roles"))
    )


def _form(person_id: int | None, form: people.PersonForm) -> str:
    person = people.get(person_id) if person_id else None
    return render_template(
        "people/form.html",
        person=person,
        form=form,
        departments=people.departments(),
        roles=people.GRANTABLE,
        masked=masked,
    )
