"""`manage.py telemetry status | enable | disable | preview | ...`"""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from sotto_client.commands.cli import add_commands, execute
from sotto_client.commands.failure import CommandFailed
from usage.apps import CALLER, DEFINITION


class Command(BaseCommand):
    """What a person sees and decides of it."""

    help = "See and decide what this project tells its developers."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the client's own commands."""
        add_commands(parser, own=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one."""
        try:
            execute(Namespace(**options), CALLER, str(DEFINITION), self.stdout.write, self.stderr.write)
        except CommandFailed as error:
            raise CommandError(str(error), returncode=error.exit_code) from error
