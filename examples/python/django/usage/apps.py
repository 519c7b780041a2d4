"""The app that tells the project's developers how it is used, if the person who runs it says yes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import sotto_client
from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created

from .facts import command_in, weekly_facts, with_database

DEFINITION = Path(__file__).with_name("sotto.json")

# What users call the commands by that this app has.
CALLER = "manage.py telemetry"

# Commands about telemetry itself, and those of a developer's test suite, are nobody's use.
_NOT_COUNTED = ("telemetry", "test")

# A person runs these, and they do something: a moment for a question. Not for --help, and not for `shell`, which has the
# terminal for itself.
_ASKING = ("check", "makemigrations", "migrate", "runserver", "startapp")


class UsageConfig(AppConfig):
    """Counts management commands as they run, and says once a week which versions are used."""

    name = "usage"
    verbose_name = "Usage reports"
    telemetry: sotto_client.Telemetry = sotto_client.Silent()

    def ready(self) -> None:
        """Open, ask if that is due, count. What is left is written when the process ends."""
        command = command_in(sys.argv)
        # The server's reloader starts the command again, in a process of its own.
        if command is None or command in _NOT_COUNTED or os.environ.get("RUN_MAIN") == "true":
            return
        is_release = getattr(settings, "USAGE_REPORTS", True)
        self.telemetry = sotto_client.open(DEFINITION, ask=False, release=is_release, command=CALLER)
        if command in _ASKING:
            self.telemetry.ask()
        self.telemetry.count("commands", command)
        facts = weekly_facts()
        self.telemetry.report("weekly", facts)

        def say_version(connection: object, **_: object) -> None:
            self.telemetry.report("weekly", with_database(facts, connection))

        # A connection is never opened for this: where the command opens one, its version is known.
        connection_created.connect(say_version, weak=False, dispatch_uid="usage")
