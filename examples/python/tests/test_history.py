"""What a user can look up later, by the commands that show it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import unittest.mock
from pathlib import Path

from sotto_client.commands.cli import main
from sotto_client.history.layout import history_places_of
from sotto_client.history.pruning import prune
from sotto_client.telemetry.world import World

from .machine import MONDAY, MachineTest


class History(MachineTest):
    """A machine on which one report was sealed."""

    def setUp(self) -> None:
        super().setUp()
        self.grant()
        self.run_program()
        self.send()

    def command(self, *arguments: str) -> tuple[int, str, str]:
        """Run `sotto-py` on the machine."""
        out, err = io.StringIO(), io.StringIO()
        test = self

        def world() -> World:
            return test.world

        with unittest.mock.patch("sotto_client.commands.cli.World", world):
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main(arguments)
        return code, out.getvalue(), err.getvalue()

    def test_it_is_shown_and_a_name_is_opened(self) -> None:
        code, out, _ = self.command("history")
        self.assertEqual((code, out.splitlines()[0]), (0, "2026-11-23  right-pad weekly to r.example.net: arrived"))
        name = self.names.asked[0]
        bare = name.removesuffix(".r.example.net.")
        for shown in (name, name.upper(), name.rstrip("."), bare):
            code, out, _ = self.command("open", shown)
            self.assertEqual((code, '{"p":"3.11.2","a":1}' in out, "Proved:" in out), (0, True, True))
        self.assertIn("another zone", self.command("open", f"{bare}.r.example.org.")[2])
        # Another salt is the same box.
        resalted = ("b" if name[2] != "b" else "c").join((name[:2], name[3:]))
        self.assertEqual(self.command("open", resalted)[0], 0)
        changed = name[:100] + ("b" if name[100] != "b" else "c") + name[101:]
        self.assertEqual((self.command("open", changed)[0], self.command("open", "x.example")[0]), (1, 2))

    def test_an_entry_that_was_changed_proves_nothing(self) -> None:
        [path] = (one for one in Path(self.state.path, "history").glob("*/*.json") if ".state" not in one.name)
        entry = json.loads(path.read_text())
        path.write_text(json.dumps({**entry, "text": '{"p":"3.12.2","a":1}'}))
        code, _, err = self.command("open", self.names.asked[0])
        self.assertEqual((code, "proves nothing" in err), (1, True))
        self.assertEqual(self.command("receipts")[0], 1)

    def test_receipts_are_of_the_box(self) -> None:
        code, out, _ = self.command("receipts")
        [path] = (one for one in Path(self.state.path, "history").glob("*/*.json") if ".state" not in one.name)
        frame = json.loads(path.read_text())["frames"][0]
        self.assertEqual((code, out), (0, f"{frame['box']} {frame['secret']}\n"))

    def test_a_no_deletes_all_of_it(self) -> None:
        code, out, _ = self.command("disable", "right-pad")
        self.assertEqual(code, 0)
        self.assertIn("Deleted: 1 entry of the history", out)
        told = [path for path in self.files() if "right-pad" in path]
        self.assertEqual(told, [])
        self.assertEqual(self.command("status", "right-pad")[1].splitlines()[0], "right-pad: off")

    def test_it_is_switched_off_and_on(self) -> None:
        self.assertEqual(self.command("history", "off")[0], 0)
        self.assertFalse(Path(self.state.path, "history").exists())
        self.assertIn("No history is kept", self.command("history")[2])
        self.assertEqual(self.command("history", "on")[0], 0)

    def test_ninety_days_unless_the_clock_cannot_be_believed(self) -> None:
        places = history_places_of(self.world.places)
        assert places is not None
        entries = Path(self.state.path, "history", "right-pad")
        # By steps that are believed.
        for days in (30, 30, 30):
            self.advance(days)
            prune(places, self.now)
            self.assertEqual(len(os.listdir(entries)), 2)
        self.now += 400 * 86_400
        prune(places, self.now)
        self.assertEqual(len(os.listdir(entries)), 2)
        self.now -= 400 * 86_400
        prune(places, self.now)
        clock = json.loads(Path(self.state.path, "history", "clock.json").read_text())
        self.assertEqual(clock, {"version": 1, "day": MONDAY + 90})
        self.advance(1)
        prune(places, self.now)
        self.assertEqual(os.listdir(entries), [])

    def test_preview_and_enable(self) -> None:
        code, out, _ = self.command("preview", "right-pad")
        self.assertEqual((code, "weekly, once a week: nothing is due now" in out), (0, True))
        self.advance(7)
        self.assertIn("age: 1", self.command("preview", "right-pad")[1])
        self.assertEqual(self.command("enable", "unknown")[0], 0)
        self.assertEqual(self.command("preview", "unknown")[0], 1)
        self.assertEqual(self.command("enable", "--all", "right-pad")[0], 2)
