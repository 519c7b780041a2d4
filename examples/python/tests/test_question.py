"""The question, at a terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from .machine import DEFINITION

PROGRAM = """import sys, sotto_client
telemetry = sotto_client.open(sys.argv[1])
print("line:", sys.stdin.readline().strip() if len(sys.argv) > 2 else "")
"""


class Question(unittest.TestCase):
    """A person at a terminal."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)

    def ask(self, answers: str, mode: str = "ask", read: bool = False, ahead: str = "") -> str:
        """Run a program at a terminal; returns what the terminal shows."""
        definition = self.home / "sotto.json"
        definition.write_text(json.dumps({**DEFINITION, "consent": mode}))
        controller, terminal = pty.openpty()
        os.write(controller, ahead.encode())
        arguments = [sys.executable, "-c", PROGRAM, str(definition), *(["read"] if read else [])]
        environment = {"HOME": str(self.home), "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        with subprocess.Popen(arguments, stdin=terminal, stdout=terminal, stderr=terminal, env=environment) as program:
            os.close(terminal)
            shown = ""
            end = time.monotonic() + 30
            while time.monotonic() < end:
                if select.select([controller], [], [], 0.1)[0]:
                    try:
                        shown += os.read(controller, 4096).decode()
                    except OSError:
                        break
                if answers and shown.endswith("[yes/no/never] "):
                    os.write(controller, answers.encode())
                    answers = ""
                elif program.poll() is not None and not select.select([controller], [], [], 0)[0]:
                    break
        os.close(controller)
        return shown.replace("\r\n", "\n")

    def record(self) -> dict[str, object]:
        """Return what is recorded of the project."""
        entry: dict[str, object] = json.loads((self.home / ".config/sotto/consent.json").read_text())["projects"]["right-pad"]
        return entry

    def test_yes(self) -> None:
        shown = self.ask("\nmaybe\nyes\nhello\n", read=True)
        self.assertEqual(shown.count("Please answer yes, no or never."), 2)
        # What came behind the answer is the program's.
        self.assertIn("line: hello", shown)
        entry = self.record()
        self.assertEqual((entry["decision"], entry["asked"]), ("granted", 1))
        self.assertEqual(set(entry["fields"]), {"weekly.python", "weekly.age", "counts.runs"})  # type: ignore[call-overload]

    def test_no_and_never(self) -> None:
        self.ask("n\n")
        self.assertEqual(self.record()["decision"], "denied")
        self.assertNotIn("tell its developers", self.ask(""))

    def test_never_is_a_no_to_all(self) -> None:
        self.ask("never\n")
        record = json.loads((self.home / ".config/sotto/consent.json").read_text())
        self.assertEqual(record["host"]["decision"], "denied")

    def test_an_input_that_ends_is_no_answer(self) -> None:
        self.ask("\x04")
        self.assertEqual(self.record(), {"asked": 1})

    def test_the_notice_is_shown_once(self) -> None:
        self.assertIn("from the next run on", self.ask("", "notice"))
        self.assertIn("noticed", self.record())
        self.assertNotIn("from the next run on", self.ask("", "notice"))

    def test_lines_typed_before_are_the_programs(self) -> None:
        shown = self.ask("", read=True, ahead="hello\n")
        self.assertIn("line: hello", shown)
        self.assertFalse((self.home / ".config").exists())
