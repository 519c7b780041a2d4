"""Attempts and flushes, by the shared vectors."""

from __future__ import annotations

import unittest
from typing import Any

from sotto_client.spool.entry import Entry
from sotto_client.spool.pace import Pace
from sotto_client.spool.schedule import begun, fate_of, settled

from .vectors import Octets, vectors

SENDING = vectors("sending")


def entry(**members: Any) -> Entry:
    """Return a frame of which these members matter."""
    given: dict[str, Any] = {"day": 20_780, "report": "weekly", "message": "0" * 16, "part": 0, "parts": 1, "zone": "r.example.net"}
    return Entry("left-pad", "0" * 64, bytes(118), **{**given, **members})


class Sending(unittest.TestCase):
    """When a frame is sent, and what becomes of it."""

    def test_waits(self) -> None:
        for vector in SENDING["waits"]:
            # Before the attempt that begins.
            before = entry(attempts=vector["attempts"] - 1)
            after = begun(before, 29_923_200, Octets(vector["octets"]))
            self.assertEqual(
                (after.attempts, after.last, after.wait), (vector["attempts"], 29_923_200, vector["wait"]), vector
            )

    def test_fates(self) -> None:
        for vector in SENDING["fates"]:
            with self.subTest(vector["what"]):
                members = {name: vector[name] for name in ("day", "attempts", "last", "wait")}
                self.assertEqual(fate_of(entry(**members), vector["now"]), vector["fate"])

    def test_verdicts(self) -> None:
        for vector in SENDING["verdicts"]:
            with self.subTest(vector["what"]):
                frame = entry(attempts=vector["attempts"], last=29_923_200, wait=10, refused=vector["refused"])
                settlement = settled(frame, vector["verdict"])
                self.assertEqual(settlement.reason or settlement.kind, vector["then"])

    def test_flushes(self) -> None:
        for vector in SENDING["flushes"]:
            with self.subTest(vector["what"]):
                pace = Pace([(flush["minute"], flush["names"]) for flush in vector["flushes"]])
                self.assertEqual(pace.names_left(vector["now"]), vector["left"])
