"""The decision and the canonical form, by the shared vectors."""

from __future__ import annotations

import json
import tempfile
import unittest
from functools import partial
from pathlib import Path
from typing import Any

from sotto_client.consent.administrator import read_administrator_word
from sotto_client.consent.canonical import canonical_form, field_sums
from sotto_client.consent.deciding import read_consent
from sotto_client.consent.decision import Inputs, decide
from sotto_client.consent.record import Standing
from sotto_client.definition.checking import parse_definition
from sotto_client.state.places import Place

from .vectors import vectors

CONSENT = vectors("consent")


def _given(value: Any) -> Any:
    return value


class Decisions(unittest.TestCase):
    """What a user, an administrator and the environment said, and what comes of it."""

    def test_decisions(self) -> None:
        for vector in CONSENT["decisions"]:
            with self.subTest(vector["name"]), tempfile.TemporaryDirectory() as folder:
                given, expected = vector["given"], vector["expected"]
                policy, consent = Path(folder, "policy.json"), Path(folder, "consent.json")
                for path, name in ((policy, "administrator"), (consent, "consent")):
                    if given[name] is not None:
                        path.write_bytes(given[name].encode("utf-8"))
                record, problem = read_consent(Place(str(consent), folder))
                decision = decide(
                    Inputs(
                        given["project"],
                        given["mode"],
                        read_administrator_word(str(policy), given["project"]),
                        given["environment"],
                        partial(_given, given["optOut"]),
                        None if problem is not None else Standing(record, given["project"]),
                        partial(_given, given["ci"]),
                        CONSENT["paths"]["administrator"],
                        CONSENT["paths"]["consent"],
                        given["noticeShownNow"],
                    )
                )
                found = {name: getattr(decision, name) for name in ("state", "rule", "source", "covers")}
                self.assertEqual(found, expected)

    def test_canonical_forms(self) -> None:
        definition = parse_definition(json.dumps(CONSENT["fields"]["definition"]).encode())
        forms = {
            f"{report.name}.{field.name}": canonical_form(report, field)
            for report in definition.reports
            for field in report.fields
        }
        sums = field_sums(definition)
        expected = CONSENT["fields"]["expected"]
        self.assertEqual(set(forms), {one["field"] for one in expected})
        for one in expected:
            self.assertEqual(forms[one["field"]], one["canonical"])
            self.assertEqual(sums[one["field"]], one["sha256"])
