"""Limits, crashes between two steps, and other programs that come in between."""

from __future__ import annotations

import json
import os
import random
import tempfile
import unittest
import unittest.mock
from pathlib import Path
from typing import Any

from sotto_client.report.windows import DAY_MINUTES
from sotto_client.sender.nextminute import next_minute
from sotto_client.spool.entry import Entry, new_entry
from sotto_client.spool.pace import Pace
from sotto_client.spool.spool import add_frames
from sotto_client.spool.zones import ZoneStanding, with_verdict
from sotto_client.state.lock import _move_away
from sotto_client.wire.dnsmessage import TYPE_A, TYPE_TXT, read_answer, strings_of, write_question
from sotto_client.wire.frame import head_week_of
from sotto_client.wire.lookup import Found

from .machine import MONDAY, MachineTest

ZONES = ["r.example.net", "r.example.org"]
NOW = MONDAY * DAY_MINUTES


def entry(hash: str = "0", attempts: int = 2, **members: Any) -> Entry:
    """Return a frame of which these members matter."""
    given: dict[str, Any] = {"day": MONDAY, "report": "weekly", "message": "0" * 16, "part": 0, "parts": 1}
    given |= {"zone": ZONES[0], "attempts": attempts, "last": NOW if attempts else None}
    return Entry("right-pad", hash * 64, bytes(118), **{**given, **members})


class Senders(MachineTest):
    """A sender that others come in between."""

    def setUp(self) -> None:
        super().setUp()
        self.grant()

    def test_nothing_is_sent_as_long_as_its_due_report_is_there(self) -> None:
        self.names.answer = lambda _: Found("failed")
        self.run_program()
        due = (self.folder / "due-weekly.json").read_bytes()
        self.send()
        asked = len(self.names.asked)
        (self.folder / "due-weekly.json").write_bytes(due)
        (self.folder / "state.json").write_text('{"version":2}')
        self.advance(1)
        self.send()
        self.assertEqual((len(self.names.asked), len(self.spooled())), (asked, 1))
        self.assertTrue((self.folder / "due-weekly.json").exists())

    def test_a_frame_that_is_gone_at_the_last_moment_is_not_sent(self) -> None:
        self.run_program()

        def vanish(_: int) -> None:
            # The wait of the attempt is drawn before it is written down.
            for path in Path(self.state.path, "spool").glob("*/*.json"):
                if self.names.policies > 0:
                    path.unlink()

        self.on_draw = vanish
        self.send()
        self.assertEqual((self.names.asked, self.spooled()), ([], []))

    def test_a_grant_that_seems_to_begin_later_begins_today(self) -> None:
        self.run_program()
        self.send()
        state = self.folder / "state.json"
        written = json.loads(state.read_text())
        state.write_text(json.dumps({**written, "firstDay": MONDAY + 100}))
        self.advance(7)
        self.run_program()
        self.send()
        self.assertEqual(json.loads(state.read_text())["firstDay"], MONDAY + 7)

    def test_counts_of_a_clock_that_ran_ahead(self) -> None:
        self.run_program()
        for days in (21, 22):
            (self.folder / f"counts-{MONDAY + days}.ndjson").write_text('{"counts":{"runs":1}}\n')
        self.send()
        names = sorted(path.name for path in self.folder.glob("counts-*"))
        self.assertEqual(names, [f"counts-{MONDAY}.ndjson", f"counts-{MONDAY + 21}.ndjson"])

    def test_what_became_due_while_it_ended_makes_the_next_one_come_at_once(self) -> None:
        self.run_program()
        due = (self.folder / "due-weekly.json").read_text()

        def late(_: object) -> None:
            other = {**json.loads(due), "id": "0" * 16}
            (self.folder / "due-counts.json").write_text(json.dumps(other))

        with unittest.mock.patch("sotto_client.sender.sender._next", side_effect=late):
            self.send()
        minute = json.loads(Path(self.state.path, "next.json").read_text())["minute"]
        self.assertEqual(minute, int(self.now // 60))

    def test_two_hundred_frames(self) -> None:
        self.run_program()
        week = bytes([head_week_of(MONDAY)])
        source = random.Random(1)
        frames = [
            new_entry("right-pad", week + source.randbytes(117), MONDAY, "weekly", "0" * 16, 0, 1, ZONES[0])
            for _ in range(203)
        ]
        for at in range(0, 203, 16):
            self.assertTrue(add_frames(self.state, frames[at : at + 16], int(self.now // 60)))
        self.assertEqual(len(self.spooled()), 200)
        losses = json.loads(Path(self.state.path, "spool", "losses.json").read_text())
        self.assertEqual(losses["overflow"], 3)

    def test_a_living_sender_is_not_joined_by_another(self) -> None:
        lock = Path(self.state.path, "sender.lock")
        lock.parent.mkdir(parents=True)
        for age, started in ((0, 0), (361, 1)):
            lock.write_text("somebody")
            os.utime(lock, (self.now - age, self.now - age))
            self.run_program()
            self.assertEqual(self.started, started)
            for path in (*self.folder.glob("due-*"), *Path(self.state.path).glob("next.json")):
                path.unlink()

    def test_a_due_report_that_nobody_sealed_for_ten_minutes(self) -> None:
        self.run_program()
        Path(self.state.path, "next.json").unlink()
        due = self.folder / "due-weekly.json"
        for age, started in ((599, 1), (601, 2)):
            os.utime(due, (self.now - age, self.now - age))
            self.run_program()
            self.assertEqual(self.started, started)


class Pure(unittest.TestCase):
    """What depends on nothing."""

    def test_the_next_zone_after_three_failed_frames(self) -> None:
        standing = ZoneStanding(ZONES[0], [])
        for hash, zone in (("1", 0), ("2", 0), ("2", 0), ("3", 1)):
            standing = with_verdict(ZONES, standing, entry(hash), "unconfirmed")
            self.assertEqual(standing.zone, ZONES[zone])
        self.assertEqual(standing.failed, [])
        for hash in "123":
            standing = with_verdict(ZONES, standing, entry(hash, zone=ZONES[1]), "unconfirmed")
        self.assertEqual(standing.zone, ZONES[0])

    def test_what_is_no_failure_of_a_zone(self) -> None:
        two = ZoneStanding(ZONES[0], ["1" * 64, "2" * 64])
        self.assertEqual(with_verdict(ZONES, two, entry("3", 1), "unconfirmed").failed, two.failed)
        self.assertEqual(with_verdict(ZONES, two, entry("3"), "refused").failed, two.failed)
        self.assertEqual(with_verdict(ZONES, two, entry("3", zone=ZONES[1]), "unconfirmed").failed, two.failed)
        self.assertEqual(with_verdict(ZONES, two, entry("3"), "acked").failed, [])

    def test_when_a_sender_has_something_to_do_again(self) -> None:
        new, tried = entry(attempts=0, wait=0), entry(attempts=1, wait=10)
        for what, found, expected in (
            ("nothing", next_minute([], False, Pace(), NOW), None),
            ("a new frame", next_minute([new], False, Pace(), NOW), NOW + 1),
            ("a wait", next_minute([tried], False, Pace(), NOW), NOW + 10),
            ("the sooner of two", next_minute([tried, new], True, Pace(), NOW), NOW + 1),
            ("something else", next_minute([], True, Pace(), NOW), NOW + 1440),
            ("no pace", next_minute([new], False, None, NOW), NOW + 1440),
            ("the end of a flush", next_minute([new], False, Pace([(NOW, 1)]), NOW), NOW + 16),
            ("24 names", next_minute([new], False, Pace([(NOW, 24)]), NOW), NOW + 1446),
            ("a silent zone", next_minute([new], False, Pace([], {ZONES[0]: NOW}), NOW), NOW + 1441),
            ("the day after tomorrow", next_minute([entry(attempts=0, day=MONDAY + 2)], False, Pace(), NOW), NOW + 1440),
            ("a wrong clock", next_minute([entry(attempts=0, day=MONDAY + 50)], False, Pace(), NOW), NOW + 15_840),
        ):
            self.assertEqual(found, expected, what)

    def test_a_living_lock_that_was_moved_away_is_given_back(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "lock")
            path.write_text("living")
            self.assertFalse(_move_away(str(path), "dead"))
            self.assertEqual((path.read_text(), os.listdir(folder)), ("living", ["lock"]))
            self.assertTrue(_move_away(str(path), "living"))
            self.assertEqual(os.listdir(folder), [])


class Messages(unittest.TestCase):
    """Answers of a DNS server, which may be anybody's."""

    QUESTION = write_question(0x1234, "a.example.", TYPE_A)
    HEAD = b"\x12\x34\x84\x00\x00\x01\x00\x01\x00\x00\x00\x00"
    ASKED = b"\x01A\x07exaMPLE\x00\x00\x01\x00\x01"
    RECORD = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc6\x12\x00\x07"

    def test_an_answer(self) -> None:
        answer = read_answer(self.QUESTION, self.HEAD + self.ASKED + self.RECORD, TYPE_A)
        assert answer is not None
        self.assertEqual((answer.kind, answer.records), ("records", [bytes([198, 18, 0, 7])]))

    def test_what_is_no_answer_to_it(self) -> None:
        for message in (
            b"\x12\x35" + self.HEAD[2:] + self.ASKED + self.RECORD,
            self.HEAD[:2] + b"\x04" + self.HEAD[3:] + self.ASKED + self.RECORD,
            self.HEAD + self.ASKED.replace(b"A", b"b", 1) + self.RECORD,
            self.HEAD + self.ASKED[:-3] + b"\x10\x00\x01" + self.RECORD,
            self.HEAD,
            b"",
        ):
            self.assertIsNone(read_answer(self.QUESTION, message, TYPE_A), message)

    def test_other_answers(self) -> None:
        for flags, kind in (
            (b"\x84\x03", "not-found"),
            (b"\x84\x00", "not-found"),
            (b"\x84\x02", "failed"),
            (b"\x84\x05", "failed"),
            (b"\x86\x00", "truncated"),
        ):
            answer = read_answer(self.QUESTION, self.HEAD[:2] + flags + self.HEAD[4:6] + bytes(6) + self.ASKED, TYPE_A)
            assert answer is not None
            self.assertEqual(answer.kind, kind)

    def test_hostile_answers_raise_nothing(self) -> None:
        source = random.Random(1)
        whole = self.HEAD + self.ASKED + self.RECORD
        for _ in range(3000):
            message = bytearray(whole[: source.randrange(len(whole) + 1)] + source.randbytes(source.randrange(20)))
            for _ in range(source.randrange(3)):
                if message:
                    message[source.randrange(len(message))] = source.randrange(256)
            read_answer(self.QUESTION, bytes(message), source.choice((TYPE_A, TYPE_TXT)))
            strings_of(bytes(message))
