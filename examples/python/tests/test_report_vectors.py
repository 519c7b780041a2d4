"""Windows, values and what is drawn, by the shared vectors."""

from __future__ import annotations

import unittest
from typing import Any

from sotto_client.definition.dates import date_of_day, day_of_date
from sotto_client.definition.model import Field, Report
from sotto_client.report.activity import counts_of
from sotto_client.report.composing import compose
from sotto_client.report.noise import happens, is_job_drawn, keep_numerator, randomised_response, uniform_below
from sotto_client.report.sessions import session_id
from sotto_client.report.values import Facts, wire_value
from sotto_client.report.windows import DueWindow, age_of, due_window, week_of

from .vectors import Octets, vectors

WINDOWS, VALUES, NOISE = vectors("windows"), vectors("values"), vectors("noise")
FACTS = Facts("ci", "linux-x64", "abcdefg7", 2)
DAY = 20_780
COMMON = {"key": "k", "description": "x", "reason": "x", "owner": "x", "expires": "2028-01-01"}


class Windows(unittest.TestCase):
    """Which window a day is in, and which is due."""

    def test_weeks(self) -> None:
        for vector in WINDOWS["windows"]:
            self.assertEqual(week_of(vector["day"]), vector["week"], vector)
            if vector["day"] >= 0:
                self.assertEqual(day_of_date(vector["date"]), vector["day"])
                self.assertEqual(date_of_day(vector["day"]), vector["date"])

    def test_ages(self) -> None:
        for vector in WINDOWS["ages"]:
            self.assertEqual(age_of(2968, 2968 + vector["steps"]), vector["age"], vector)

    def test_due(self) -> None:
        for vector in WINDOWS["due"]:
            with self.subTest(vector["what"]):
                due = due_window(vector["unit"], vector["reported"], vector["active"], vector["day"])
                found = None if due is None else {"window": due.window, "back": due.back}
                self.assertEqual(found, vector["due"])


class Values(unittest.TestCase):
    """What goes over the wire."""

    def test_values(self) -> None:
        for vector in VALUES["values"]:
            with self.subTest(vector):
                field = Field("one", {**COMMON, **vector["field"]})
                raw: Any = vector["raw"]
                if field.kind == "counter":
                    found: Any = counts_of(field, raw)
                else:
                    found = wire_value(field, raw, FACTS)
                self.assertEqual((type(found), found), (type(vector["wire"]), vector["wire"]))

    def test_reports(self) -> None:
        for vector in VALUES["reports"]:
            with self.subTest(vector["what"]):
                raw = {"window": "week", "description": "x", "fields": vector["fields"]}
                composed = compose(
                    Report("weekly", raw),
                    DueWindow(2968 - vector["back"], vector["back"]),
                    DAY,
                    frozenset(vector["granted"]),
                    vector["application"] if isinstance(vector["application"], dict) else {},
                    vector["counts"],
                    FACTS,
                    None,
                    Octets(""),
                )
                self.assertEqual(composed.text, vector["text"])


class Noise(unittest.TestCase):
    """What is drawn of which octets."""

    def test_probabilities(self) -> None:
        for vector in NOISE["keep"]:
            found = keep_numerator(vector["epsilon"], vector["answers"])
            # The document asks for 2^-63 of 1.
            self.assertLessEqual(abs(found - int(vector["numerator"])), 2, vector)

    def test_responses(self) -> None:
        for vector in NOISE["responses"]:
            octets = Octets(vector["octets"])
            answer = randomised_response(vector["truth"], vector["answers"], vector["epsilon"], octets)
            self.assertEqual((answer, octets.read), (vector["answer"], vector["read"]), vector)

    def test_one_of_several(self) -> None:
        for vector in NOISE["below"]:
            octets = Octets(vector["octets"])
            drawn = uniform_below(vector["limit"], octets)
            self.assertEqual((drawn, octets.read), (vector["drawn"], vector["read"]), vector)

    def test_samples_of_jobs(self) -> None:
        for vector in NOISE["ciSample"]:
            self.assertEqual(is_job_drawn(vector["ciSample"], Octets(vector["octets"])), vector["reports"], vector)

    def test_session_ids(self) -> None:
        for vector in NOISE["sessionIds"]:
            self.assertEqual(session_id(bytes.fromhex(vector["octets"])), vector["id"])

    def test_certainty(self) -> None:
        self.assertTrue(happens(1 << 64, Octets("ff" * 8)))
