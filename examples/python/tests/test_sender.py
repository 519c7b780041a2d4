"""Sealing, sending, giving up, and what is left."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path

from sotto_client.wire.lookup import Found
from sotto_client.wire.policy import stop_hash

from .machine import DEFINITION, MONDAY, MachineTest, field


class Sending(MachineTest):
    """A sender, with the names it asks for."""

    def setUp(self) -> None:
        super().setUp()
        self.grant()

    def test_a_report_is_sealed_once_and_confirmed(self) -> None:
        self.run_program()
        self.assertEqual(self.send(), "done")
        self.assertEqual(self.names.told(), ['{"p":"3.11.2","a":1}'])
        state = json.loads((self.folder / "state.json").read_text())
        self.assertEqual((state["firstDay"], state["reports"]["weekly"]["reported"]), (MONDAY, [2968]))
        self.assertEqual(self.spooled(), [])
        [became] = Path(self.state.path, "history").glob("*/*.state.json")
        self.assertEqual(json.loads(became.read_text()), {"version": 1, "frames": ["acknowledged"]})
        self.assertEqual(became.stat().st_mtime, MONDAY * 86_400)
        self.run_program()
        self.send()
        self.assertEqual(len(self.names.asked), 1)

    def test_counts_are_told_in_the_next_week(self) -> None:
        self.run_program(runs=3)
        self.send()
        self.advance(3)
        self.run_program(runs=4)
        self.send()
        self.advance(4)
        self.run_program()
        self.send()
        self.assertEqual(self.names.told()[:1], ['{"p":"3.11.2","a":1}'])
        self.assertIn('{"r":7,"w":1}', self.names.told())
        self.assertEqual(sorted(path.name for path in self.folder.glob("counts-*")), [f"counts-{MONDAY + 7}.ndjson"])

    def test_an_answer_that_does_not_come(self) -> None:
        self.names.answer = lambda _: Found("failed")
        self.run_program()
        self.send()
        [entry] = self.spooled()
        self.assertEqual((entry["attempts"], entry["refused"]), (1, False))
        for _ in range(5):
            self.advance(2.5)
            self.send()
        # Fourteen days are over before the sixth attempt's wait.
        self.assertEqual(len(set(self.names.asked)), 1)
        self.advance(14)
        self.send()
        self.assertEqual(self.spooled(), [])
        losses = json.loads(Path(self.state.path, "spool", "losses.json").read_text())
        self.assertEqual(losses["expired"] + losses["attempts"], 1)

    def test_a_refusal_silences_the_zone_for_a_day_and_drops_at_the_second(self) -> None:
        self.names.answer = lambda _: Found("not-found")
        self.run_program()
        self.send()
        [entry] = self.spooled()
        self.assertEqual((entry["wait"], entry["refused"]), (1440, True))
        self.advance(0.9)
        self.send()
        self.assertEqual(len(self.names.asked), 1)
        self.advance(0.2)
        self.send()
        self.assertEqual((len(self.names.asked), self.spooled()), (2, []))
        losses = json.loads(Path(self.state.path, "spool", "losses.json").read_text())
        self.assertEqual(losses["refused"], 1)

    def test_two_answers_or_another_address_are_no_confirmation(self) -> None:
        for addresses in (["198.18.0.7", "198.18.0.7"], ["198.18.0.9"], ["127.0.0.1"]):
            self.names.answer = lambda _, found=addresses: Found("addresses", found)  # type: ignore[misc]
            self.run_program()
            self.send()
            self.assertEqual(self.spooled()[0]["refused"], False)
            self.advance(2)

    def test_a_policy_record_adds_ack_addresses_and_raises_bits(self) -> None:
        self.names.records = [[b"v=sotto1; ack=198.18.0.9; bits=9"]]
        self.names.answer = lambda _: Found("addresses", ["198.18.0.9"])
        self.run_program()
        self.send()
        self.assertEqual(self.spooled(), [])
        policies = json.loads(Path(self.state.path, "zones.json").read_text())["policies"]
        self.assertEqual(policies["r.example.net"], {
            "asked": int(self.now // 60), "ack": ["198.18.0.9"], "bits": 9, "stop": [],
        })

    def test_a_stop_holds_until_a_later_record_omits_it(self) -> None:
        self.names.records = [[f"v=sotto1; stop={stop_hash('right-pad')}".encode()]]
        self.run_program()
        self.send()
        self.assertEqual((self.names.asked, len(self.spooled())), ([], 1))
        self.assertEqual(json.loads((self.folder / "definition.json").read_text())["stopped"], 2968)
        self.advance(7)
        self.names.records = []
        self.send()
        self.assertEqual(json.loads((self.folder / "definition.json").read_text())["stopped"], 2969)
        self.advance(7)
        self.names.records = [[b"v=sotto1"]]
        self.send()
        self.assertNotIn("stopped", json.loads((self.folder / "definition.json").read_text()))

    def test_a_no_takes_back_what_was_sealed(self) -> None:
        self.names.answer = lambda _: Found("failed")
        self.run_program()
        (self.home / ".sotto-opt-out").touch()
        self.send()
        self.assertEqual((self.names.asked, list(self.folder.glob("due-*"))), ([], []))

    def test_a_crash_after_spooling_makes_no_second_report(self) -> None:
        self.names.answer = lambda _: Found("failed")
        self.run_program()
        due = (self.folder / "due-weekly.json").read_bytes()
        self.send()
        # As it was before `state.json` was written.
        (self.folder / "state.json").unlink()
        (self.folder / "due-weekly.json").write_bytes(due)
        self.advance(1)
        self.send()
        self.assertEqual((len(self.spooled()), len(set(self.names.asked))), (1, 1))
        self.assertFalse((self.folder / "due-weekly.json").exists())

    def test_a_report_waits_for_a_key_until_its_day_is_over(self) -> None:
        self.define({**DEFINITION, "keys": []})
        self.run_program()
        self.send()
        self.assertTrue((self.folder / "due-weekly.json").exists())
        self.advance(1)
        self.send()
        self.assertFalse((self.folder / "due-weekly.json").exists())
        self.define(DEFINITION)
        self.run_program()
        self.send()
        self.assertEqual(self.names.told(), ['{"p":"3.11.2","a":1}'])

    def test_a_ci_job_that_is_not_drawn_counts_as_reported(self) -> None:
        self.define({**DEFINITION, "ciSample": 1e-12})
        self.environment.update(CI="true", SOTTO_TELEMETRY="on")
        self.is_ci = True
        self.run_program()
        self.send()
        state = json.loads((self.folder / "state.json").read_text())
        self.assertEqual((self.names.asked, state["reports"]["weekly"]["reported"]), ([], [2968]))

    def test_a_long_report_is_parts_and_two_of_them_a_flush(self) -> None:
        definition = copy.deepcopy(DEFINITION)
        fields = definition["reports"]["weekly"]["fields"]
        for number in range(16):
            fields[f"choice{number}"] = field(f"c{number}", "choice", values=["x" * 30])
        self.define(definition)
        self.grant(definition)
        telemetry = self.open()
        assert telemetry is not None
        telemetry.report("weekly", {name: "x" * 30 for name in fields})
        telemetry.close()
        self.send()
        self.assertEqual(len(self.names.asked), 2)
        self.assertEqual(len({entry["message"] for entry in self.spooled()}), 1)

    def test_without_a_history_it_is_sent_all_the_same(self) -> None:
        setting = self.home / ".config" / "sotto" / "history.json"
        setting.write_text('{"version":1,"history":"off"}')
        self.run_program()
        self.send()
        self.assertEqual(len(self.names.told()), 1)
        self.assertFalse(Path(self.state.path, "history").exists())

    def test_another_machines_installation_goes_after_90_days(self) -> None:
        self.run_program()
        other = Path(self.state.path, "installations", "0" * 16, "left-pad")
        other.mkdir(parents=True)
        for path in (other, other.parent):
            os.utime(path, (self.now, self.now))
        self.advance(90)
        self.send()
        self.assertTrue(other.exists())
        self.advance(1)
        self.send()
        self.assertFalse(other.parent.exists())

    def test_another_sender_is_at_work(self) -> None:
        self.run_program()
        lock = Path(self.state.path, "sender.lock")
        lock.write_text("somebody")
        os.utime(lock, (self.now, self.now))
        self.assertEqual(self.send(), "busy")
        os.utime(lock, (self.now - 361, self.now - 361))
        self.assertEqual(self.send(), "done")
        self.assertFalse(lock.exists())

    def test_a_lock_that_is_gone_ends_it(self) -> None:
        self.run_program()

        def vanish(_: str) -> Found:
            Path(self.state.path, "sender.lock").unlink()
            return Found("addresses", ["198.18.0.7"])

        self.names.answer = vanish
        self.assertEqual(self.send(), "lost")
