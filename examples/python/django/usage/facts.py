"""What is told of a project: versions, and the name of a command. Never a path, a setting's value or an argument."""

from __future__ import annotations

import sys
from pathlib import PurePath
from typing import Any

import django
from django.conf import settings


def command_in(argv: list[str]) -> str | None:
    """Return the management command that a process runs; None for a web server, a shell or a script.

    What is not listed in the definition counts as "other".
    """
    if not argv or PurePath(argv[0]).name not in ("manage.py", "django-admin", "__main__.py"):
        return None
    words = [word for word in argv[1:] if not word.startswith("-")]
    is_help = "--help" in argv or "-h" in argv or "--version" in argv or words[:1] == ["help"]
    return words[0] if words and not is_help else None


def weekly_facts() -> dict[str, Any]:
    """Return the versions, and the engine of the default database."""
    engine = settings.DATABASES.get("default", {}).get("ENGINE", "")
    return {
        "python": _version(sys.version_info[:3]),
        "django": _version(django.VERSION[:3]),
        "database": engine.rpartition(".")[2],
    }


def with_database(facts: dict[str, Any], connection: Any) -> dict[str, Any]:
    """Add the version of a database that was connected to, where no further question is needed to know it."""
    if connection.alias != "default":
        return facts
    if connection.vendor == "sqlite":
        return {**facts, "database_version": connection.Database.sqlite_version}
    if connection.vendor == "postgresql":
        # 150004 is 15.4: the server says so when it is connected to.
        number = connection.connection.info.server_version
        return {**facts, "database_version": _version((number // 10_000, number % 10_000, 0))}
    return facts


def _version(numbers: tuple[Any, ...]) -> str:
    return ".".join(map(str, numbers))
