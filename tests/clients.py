"""Clients in which somebody is signed in."""

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import PASSWORD


def signed_in(app: Flask, login: str = "lin") -> FlaskClient:
    """A client in which this person of the company is signed in."""
    client = app.test_client()
    client.post("/sign-in", data={"login": login, "password": PASSWORD})
    return client
