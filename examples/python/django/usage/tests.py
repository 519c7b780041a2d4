"""What the project tells, and that it tells nothing without a yes."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from unittest import mock

import sotto_client
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import SimpleTestCase, TestCase
from sotto_client.commands.subject import read_definition

from .apps import DEFINITION
from .facts import command_in, weekly_facts, with_database


class Facts(SimpleTestCase):
    """What is read of a process."""

    def test_the_command(self) -> None:
        for argv, command in (
            (["manage.py", "migrate", "usage"], "migrate"),
            (["/srv/mysite/manage.py", "-v2", "check"], "check"),
            (["/usr/bin/django-admin", "startapp", "secret"], "startapp"),
            (["manage.py"], None),
            (["manage.py", "migrate", "--help"], None),
            (["manage.py", "help", "migrate"], None),
            (["/usr/bin/gunicorn", "mysite.wsgi"], None),
            ([], None),
        ):
            self.assertEqual(command_in(argv), command)

    def test_the_definition_can_be_used_and_declares_what_is_said(self) -> None:
        definition = read_definition(str(DEFINITION))
        weekly = definition.report("weekly")
        assert weekly is not None
        said = {*weekly_facts(), "database_version"}
        self.assertEqual(said, {field.name for field in weekly.fields} - {"runner"})


class Database(TestCase):
    """A connection."""

    def test_its_version(self) -> None:
        connection.ensure_connection()
        facts = with_database({}, connection)
        self.assertEqual(facts, {"database_version": connection.Database.sqlite_version})


class Commands(SimpleTestCase):
    """`manage.py telemetry`, in a home of its own."""

    def setUp(self) -> None:
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.home = Path(home.name)
        environment = {"HOME": home.name, "PATH": os.environ["PATH"]}
        patch = mock.patch.dict(os.environ, environment, clear=True)
        patch.start()
        self.addCleanup(patch.stop)

    def telemetry(self, *words: str) -> str:
        """Run one."""
        out = io.StringIO()
        call_command("telemetry", *words, stdout=out, stderr=out)
        return out.getvalue()

    def test_before_anything_was_decided(self) -> None:
        self.assertIn("mysite: undecided", self.telemetry("status"))
        self.assertIn("What Mysite would send if it were on", self.telemetry("preview"))
        self.assertEqual(list(self.home.iterdir()), [])

    def test_a_yes_and_a_no(self) -> None:
        self.assertIn("  - The version of Django.", self.telemetry("enable"))
        self.assertIn("mysite: on", self.telemetry("status"))
        self.assertIn("manage.py telemetry enable", self.telemetry("disable"))
        self.assertIn("mysite: off", self.telemetry("status"))
        telemetry = sotto_client.open(DEFINITION)
        telemetry.count("commands", "check")
        telemetry.close()
        self.assertFalse((self.home / ".local" / "state" / "sotto" / "installations").exists())

    def test_what_is_wrong_is_said_as_django_does(self) -> None:
        with self.assertRaisesMessage(CommandError, "this is no name of a report"):
            self.telemetry("open", "www.example.org")
