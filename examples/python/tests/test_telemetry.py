"""What a program's run leaves, and what it does not."""

from __future__ import annotations

import copy
import json
import os
import stat
import threading
from pathlib import Path

import sotto_client

from .machine import DEFINITION, MONDAY, MachineTest, field


class Runs(MachineTest):
    """Runs of a program."""

    def test_a_run_that_is_granted(self) -> None:
        self.grant()
        self.run_program()
        self.assertEqual((self.folder / f"counts-{MONDAY}.ndjson").read_text(), '{"counts":{"runs":1}}\n')
        due = json.loads((self.folder / "due-weekly.json").read_text())
        self.assertEqual((due["day"], due["values"], due["session"]), (MONDAY, {"python": "3.11.2"}, None))
        self.assertEqual(self.started, 1)
        for path in Path(self.state.path).rglob("*"):
            mode = stat.S_IMODE(path.stat().st_mode)
            self.assertEqual(mode, 0o700 if path.is_dir() else 0o600, path)

    def test_a_second_run_makes_no_second_report(self) -> None:
        self.grant()
        self.run_program()
        before = (self.folder / "due-weekly.json").read_bytes()
        self.run_program("3.12.0")
        self.assertEqual((self.folder / "due-weekly.json").read_bytes(), before)
        self.assertEqual(self.started, 1)

    def test_undecided_leaves_nothing(self) -> None:
        self.run_program()
        self.assertEqual((self.files(), self.started), ([], 0))

    def test_a_no_while_it_runs(self) -> None:
        self.grant()
        telemetry = self.open()
        assert telemetry is not None
        telemetry.count("runs")
        (self.home / ".sotto-opt-out").touch()
        telemetry.close()
        self.assertEqual(self.files(), [".config/sotto/consent.json", ".sotto-opt-out"])

    def test_what_the_user_was_not_told_of_is_not_counted_or_said(self) -> None:
        self.grant()
        definition = copy.deepcopy(DEFINITION)
        definition["reports"]["counts"]["fields"]["runs"]["reason"] = "Another one."
        definition["reports"]["weekly"]["fields"]["tty"] = field("t", "boolean")
        self.define(definition)
        telemetry = self.open()
        assert telemetry is not None
        telemetry.count("runs")
        telemetry.report("weekly", {"python": "3.11.2", "tty": True})
        telemetry.close()
        due = json.loads((self.folder / "due-weekly.json").read_text())
        self.assertEqual(due["values"], {"python": "3.11.2"})
        self.assertFalse((self.folder / f"counts-{MONDAY}.ndjson").exists())

    def test_debug_prints_and_keeps_nothing(self) -> None:
        self.environment["SOTTO_TELEMETRY"] = "debug"
        self.run_program()
        self.assertEqual(
            self.printed,
            [
                'sotto: right-pad: counted: {"counts":{"runs":1}}',
                'sotto: right-pad: would send "weekly": {"p":"3.11.2","a":1}',
                'sotto: right-pad: would not send "counts": nothing is due',
            ],
        )
        self.assertEqual(self.files(), [])

    def test_a_wrong_clock_changes_nothing(self) -> None:
        self.grant()
        before = self.files()
        self.now = 0.0
        self.run_program()
        self.assertEqual((self.files(), self.started), (before, 0))

    def test_a_long_run_writes_after_a_minute(self) -> None:
        self.grant()
        telemetry = self.open()
        assert telemetry is not None
        telemetry.count("runs")
        self.now += 59
        telemetry.count("runs")
        self.assertFalse((self.folder / f"counts-{MONDAY}.ndjson").exists())
        self.now += 1
        telemetry.count("runs")
        self.assertEqual((self.folder / f"counts-{MONDAY}.ndjson").read_text(), '{"counts":{"runs":3}}\n')
        telemetry.close()
        self.assertEqual((self.folder / f"counts-{MONDAY}.ndjson").read_text(), '{"counts":{"runs":3}}\n')

    def test_a_large_file_of_counts_is_added_up(self) -> None:
        self.grant()
        self.run_program(None)
        counts = self.folder / f"counts-{MONDAY}.ndjson"
        counts.write_text('{"counts":{"runs":1}}\n' * 4000)
        self.run_program(None)
        self.assertEqual(counts.read_text(), '{"counts":{"runs":1000}}\n')
        self.assertEqual(len(list(self.folder.glob("counts-*"))), 1)

    def test_several_threads_count(self) -> None:
        self.grant()
        telemetry = self.open()
        assert telemetry is not None
        count = telemetry.count
        threads = [threading.Thread(target=lambda: [count("runs") for _ in range(50)]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        telemetry.close()
        self.assertEqual((self.folder / f"counts-{MONDAY}.ndjson").read_text(), '{"counts":{"runs":400}}\n')

    def test_a_session_lasts_until_ten_idle_minutes(self) -> None:
        definition = copy.deepcopy(DEFINITION)
        definition["reports"]["weekly"]["fields"]["session"] = field("s", "session")
        self.define(definition)
        self.grant(definition)
        ids = []
        for minutes in (0, 9, 9, 10):
            self.now += minutes * 60
            self.run_program()
            ids.append(json.loads((self.folder / "session.json").read_text())["id"])
        self.assertEqual(ids[:3], [ids[0]] * 3)
        # By the machine's clock; the source of randomness is the same in each run.
        self.assertEqual(json.loads((self.folder / "session.json").read_text())["minute"], int(self.now // 60))

    def test_nothing_is_raised_into_the_program(self) -> None:
        self.grant()
        telemetry = self.open()
        assert telemetry is not None
        os.chmod(self.home, 0o500)
        self.addCleanup(os.chmod, self.home, 0o700)
        telemetry.count("runs", times=float("nan"))
        telemetry.count("runs", object())  # type: ignore[arg-type]
        telemetry.count("no such counter")
        telemetry.report("weekly", {"python": object()})
        telemetry.report("weekly", 7)  # type: ignore[arg-type]
        telemetry.close()

    def test_a_definition_that_cannot_be_used_is_silent(self) -> None:
        for text in ("", "{", "[]", '{"sotto":2}', "{}"):
            self.definition.write_text(text)
            telemetry = sotto_client.open(self.definition, ask=False)
            self.assertIsInstance(telemetry, sotto_client.Silent)
            telemetry.count("runs")
        self.assertIsInstance(sotto_client.open("/no/such/file"), sotto_client.Silent)
        self.assertIsInstance(sotto_client.open(self.definition, release=False), sotto_client.Silent)

    def test_a_stopped_project_counts_nothing_and_is_looked_at_once_a_week(self) -> None:
        self.grant()
        self.run_program()
        copied = json.loads((self.folder / "definition.json").read_text())
        (self.folder / "due-weekly.json").unlink()
        (self.folder / f"counts-{MONDAY}.ndjson").unlink()
        Path(self.state.path, "next.json").unlink()
        (self.folder / "definition.json").write_text(json.dumps({**copied, "stopped": 2968}))
        self.run_program()
        self.assertEqual((sorted(os.listdir(self.folder)), self.started), (["definition.json"], 1))
        self.advance(7)
        self.run_program()
        self.assertEqual((sorted(os.listdir(self.folder)), self.started), (["definition.json"], 2))
