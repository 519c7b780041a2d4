"""The command line: `sotto-py` and `python -m sotto_client`; and the same commands within a program's own."""

from __future__ import annotations

import argparse
import sys

from ..telemetry.world import World
from .failure import CommandFailed
from .subject import Call, Subject, require_definition, require_subject, subject_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Sequence

_COMMANDS = {
    "status": "whether anything is told, why, and what waits to be sent",
    "enable": "say yes",
    "disable": "say no; deletes what is kept",
    "ask": "ask now, if the question or the notice is due",
    "preview": "what the next reports would hold, field by field",
    "history": "what was sealed here in the last 90 days; or keep none",
    "open": "what is inside a name from a log of DNS, proved by opening it",
    "receipts": "print what a project needs to find your reports and delete them",
    "report": "count or report something, for programs of other languages",
}

# What a program's own users have no use for.
_FOREIGN_ONLY = ("report",)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `sotto-py`. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="sotto-py", description="See and decide what programs tell their developers.")
    add_commands(parser, own=False)
    return run(parser.parse_args(arguments), "sotto-py", None)


def add_commands(parser: argparse.ArgumentParser, own: bool) -> None:
    """Add the commands to a parser; own where they are a program's, about its own telemetry."""
    commands = parser.add_subparsers(dest="telemetry_command", metavar="COMMAND", required=True)
    for name, help in _COMMANDS.items():
        if own and name in _FOREIGN_ONLY:
            continue
        command = commands.add_parser(name, help=help)
        if name in ("enable", "disable"):
            command.add_argument("--all", action="store_true", help="all projects on this machine")
        if name == "open":
            command.add_argument("name", help="the name as the log shows it, with or without its zone")
        if name == "history":
            command.add_argument("word", nargs="?", help="on or off" if own else "a project's name; or on, or off")
        elif not own and name not in ("open", "report"):
            command.add_argument("project", nargs="?", help="the project's name")
        if not own and name != "open":
            command.add_argument("--definition", metavar="FILE", help="the project's sotto.json, instead of its name")
        if name == "report":
            command.add_argument("report", help="the report's name")
            command.add_argument("values", nargs="*", metavar="NAME=VALUE", help="what it tells; a counter counts one")


def run(options: argparse.Namespace, caller: str, definition: str | None) -> int:
    """Run the command that was parsed, as a process does. Returns the exit code."""

    def note(text: str) -> None:
        print(text, file=sys.stderr)

    try:
        execute(options, caller, definition, print, note)
    except CommandFailed as error:
        note(f"{caller}: {error}")
        return error.exit_code
    return 0


def execute(
    options: argparse.Namespace,
    caller: str,
    definition: str | None,
    print: Callable[[str], None],
    note: Callable[[str], None],
) -> None:
    """Run the command that was parsed. Raises CommandFailed.

    caller is what the commands are called by; definition the path of a program's own sotto.json. print takes what a
    command is run for, note what a person should know besides.
    """
    _run(Call(World(), caller, definition is not None, print, note), options, definition)


def _run(call: Call, options: argparse.Namespace, own: str | None) -> None:
    command: str = options.telemetry_command
    path = own or getattr(options, "definition", None)
    named = getattr(options, "project", None)
    if command == "history":
        _history(call, options.word, path)
        return
    if command == "report":
        from .reporting import report

        report(options.report, options.values, path)
        return
    if getattr(options, "all", False):
        if named is not None or (path is not None and own is None):
            raise CommandFailed("give either a project or --all", 2)
        _decide_all(call, command)
        return
    if command in ("status", "open", "receipts"):
        _look(call, command, options, subject_of(call.world, named, path))
        return
    subject = require_subject(call.world, named, path)
    if command == "enable":
        from .enabling import enable

        enable(call, subject)
    elif command == "disable":
        from .disabling import disable

        disable(call, subject.project)
    elif command == "preview":
        from .previewing import preview

        preview(call, require_definition(call, subject, "preview"))
    else:
        from .reporting import ask

        ask(call, require_definition(call, subject, "ask"))


def _look(call: Call, command: str, options: argparse.Namespace, subject: Subject | None) -> None:
    project = None if subject is None else subject.project
    if command == "status":
        from .status import status

        status(call, subject)
        return
    from .looking import open_log_name, print_receipts

    if command == "open":
        open_log_name(call, options.name, project)
    else:
        print_receipts(call, project)


def _history(call: Call, word: str | None, path: str | None) -> None:
    from .looking import show_history, switch_history

    if word in ("on", "off"):
        switch_history(call, word)
        return
    if call.own and word is not None:
        raise CommandFailed("it is on or off", 2)
    subject = subject_of(call.world, word, path)
    show_history(call, None if subject is None else subject.project)


def _decide_all(call: Call, command: str) -> None:
    if command == "enable":
        from .enabling import enable

        enable(call, None)
    else:
        from .disabling import disable

        disable(call, None)
