"""Definitions, policy records, places, runners, counts and what is shown, by the shared vectors."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

from sotto_client.consent.decision import Decision
from sotto_client.consent.record import Standing
from sotto_client.definition.checking import DefinitionError, checked_definition, parse_definition
from sotto_client.definition.model import Field, Report
from sotto_client.installation.counts import read_counts, sum_of
from sotto_client.installation.folder import binding_of
from sotto_client.report.surroundings import Surroundings, runner_of
from sotto_client.report.values import heard_values
from sotto_client.state.places import Place, places_of
from sotto_client.telemetry.telling import telling_due
from sotto_client.wire.policy import parse_policy, stop_hash

from .vectors import vectors

COMMON = {"key": "k", "description": "x", "reason": "x", "owner": "x", "expires": "2028-01-01"}


def changed(value: Any, path: list[Any], vector: dict[str, Any]) -> Any:
    """Return a copy with another value at a place; none there where the vector has none."""
    if not path:
        return vector["value"]
    step, *rest = path
    if isinstance(value, list):
        return [changed(item, rest, vector) if at == step else item for at, item in enumerate(value)]
    if not rest and "value" not in vector:
        return {name: member for name, member in value.items() if name != step}
    return {**value, step: changed(value.get(step, {}), rest, vector)}


class Definitions(unittest.TestCase):
    """What can be used, and what is refused as a whole."""

    def test_changes(self) -> None:
        file = vectors("definition")
        for vector in file["changes"]:
            with self.subTest(vector["why"]):
                raw = changed(file["definition"], vector["path"], vector)
                problems: list[str] = []
                try:
                    checked_definition(json.loads(json.dumps(raw)))
                except DefinitionError as error:
                    problems = error.problems
                if vector["mistake"] is None:
                    self.assertEqual(problems, [])
                else:
                    begins = [problem.startswith(f"{vector['mistake']} ".lstrip()) for problem in problems]
                    self.assertTrue(any(begins), (vector, problems))

    def test_texts(self) -> None:
        text = json.dumps(vectors("definition")["definition"])
        parse_definition(text.encode())
        bad = [text[:-1], text + "x", "\ufeff" + text, '{"sotto":1,' + text[1:], text.replace("0.25", "NaN"), ""]
        for wrong in (*(one.encode() for one in bad), text.encode("utf-16"), b"\xff", b" " * 300_000):
            with self.assertRaises(DefinitionError):
                parse_definition(wrong)


class Policies(unittest.TestCase):
    """What a zone says of itself."""

    def test_records(self) -> None:
        for vector in vectors("policy")["policies"]:
            with self.subTest(vector["what"]):
                policy = parse_policy([[text.encode() for text in record] for record in vector["records"]])
                found = None if policy is None else {name: getattr(policy, name) for name in ("ack", "bits", "stop")}
                self.assertEqual(found, vector["policy"])

    def test_stops(self) -> None:
        for vector in vectors("policy")["stops"]:
            self.assertEqual(stop_hash(vector["project"]), vector["stop"])


class TheMachine(unittest.TestCase):
    """Where things are, and who runs the program."""

    def test_places(self) -> None:
        for vector in vectors("surroundings")["places"]:
            with self.subTest(vector):
                places = places_of(vector["platform"], vector["environment"], vector["home"])
                for name in ("state", "consent"):
                    place = getattr(places, name)
                    found = None if place is None else {"path": place.path, "within": place.within}
                    self.assertEqual(found, vector[name])
                self.assertEqual(places.administrator, vector["administrator"])

    def test_bindings(self) -> None:
        for vector in vectors("surroundings")["bindings"]:
            self.assertEqual(binding_of(vector["machine"], vector["uid"], vector["inode"]), vector["binding"])

    def test_runners(self) -> None:
        for vector in vectors("surroundings")["runners"]:
            with self.subTest(vector["what"]):
                files = vector["files"]
                around = Surroundings(
                    vector["environment"], vector["terminal"], files.__contains__, lambda path: str(files.get(path, ""))
                )
                self.assertEqual(runner_of(around), vector["runner"])


class Counting(unittest.TestCase):
    """What is kept of what a program says and counts."""

    def test_heard(self) -> None:
        for vector in vectors("counting")["heard"]:
            with self.subTest(vector):
                field = Field("one", {**COMMON, **vector["field"]})
                kept = heard_values([field], {"one": vector["said"]}).get("one")
                self.assertEqual((type(kept), kept), (type(vector["kept"]), vector["kept"]))

    def test_sums(self) -> None:
        file = vectors("counting")
        fields = {name: {**COMMON, "key": f"k{at}", **field} for at, (name, field) in enumerate(file["fields"].items())}
        report = Report("weekly", {"window": "week", "description": "x", "fields": fields})
        for vector in file["sums"]:
            with self.subTest(vector["what"]), tempfile.TemporaryDirectory() as folder:
                Path(folder, "counts-20780.ndjson").write_text("\n".join(vector["lines"]))
                [day] = read_counts(Place(folder, folder))
                self.assertEqual(sum_of(day.lines, [report]).get("weekly"), vector["sum"])


class Telling(unittest.TestCase):
    """What a person is shown, and when."""

    def test_tellings(self) -> None:
        for vector in vectors("telling")["tellings"]:
            with self.subTest(vector["what"]):
                decision = Decision(vector["state"], vector["rule"], None, vector["covers"])
                standing = Standing({"projects": {"left-pad": {"asked": vector["asked"]}}}, "left-pad")
                shown = telling_due(
                    decision, vector["mode"], standing, lambda: bool(vector["untold"]), lambda: bool(vector["ci"])
                )
                self.assertEqual(shown, vector["shown"])
