"""The command line: a table of commands, each loaded only when it is called."""

import importlib
from typing import Any

import click

COMMANDS = {
    "archive": "reimburse.commands.archive:archive",
    "check": "reimburse.commands.check:check",
    "db": "reimburse.commands.database:db",
    "demo": "reimburse.commands.demo:demo",
    "doctor": "reimburse.commands.doctor:doctor",
    "match": "reimburse.commands.match:match",
    "parse": "reimburse.commands.parse:parse",
    "policy": "reimburse.commands.policy:policy",
    "rules": "reimburse.commands.rules:rules",
    "scheduler": "reimburse.commands.background:scheduler",
    "statement": "reimburse.commands.statement:statement",
    "up": "reimburse.commands.up:up",
    "user": "reimburse.commands.user:user",
    "web": "reimburse.commands.web:web",
    "worker": "reimburse.commands.background:worker",
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is first asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in alphabetical order."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: Any = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="reimburse", prog_name="reimburse", version="0.1.0")
def main() -> None:
    """发票报销与核对。 Expense reimbursement and e-invoice matching."""


if __name__ == "__main__":
    main()
