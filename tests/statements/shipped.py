"""The layouts that are shipped."""

from parsers.statements import load_profiles
from reimburse.settings import data_folder

PROFILES = load_profiles(data_folder("config") / "statements")
