"""``reimburse user``: people, from the shell."""

import os
from pathlib import Path

import click

from reimburse.app import open_app
from reimburse.services.company import people
from reimburse.services.company.people import GRANTABLE, PersonForm
from reimburse.services.errors import Refused
from reimburse.store.db import transaction


@click.group()
def user() -> None:
    """人员。 People."""


@user.command()
@click.argument("login")
@click.option("--name", required=True, help="Name.")
@click.option("--number", required=True, help="Employee number.")
@click.option("--department", required=True, help="Department, as it stands in Settings.")
@click.option("--email", default="", help="Mail address.")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([str(role) for role in GRANTABLE]), help="Role; may repeat."
)
@click.option("--data", type=click.Path(path_type=Path), default=None, help="Data folder (default: ./data).")
def add(
    login: str, name: str, number: str, department: str, email: str, roles: tuple[str, ...], data: Path | None
) -> None:
    """Add a person; prints the first password once."""
    app = open_app(data or Path(os.environ.get("REIMBURSE_DATA", "data")), os.environ)
    form = PersonForm(login, number, name, department, email, roles=roles)
    with app.app_context():
        try:
            with transaction() as session:
                password = people.add_in(session, form, None)
        except Refused as refused:
            raise click.ClickException(f"{refused.text.zh} / {refused.text.en}") from None
    click.echo(f"{login} {password}")
