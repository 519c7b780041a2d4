"""A field's canonical form, by whose sum a grant covers it (docs/client-state.md)."""

from __future__ import annotations

import hashlib
import json

from ..report.numbertext import number_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Mapping

    from ..definition.model import Definition, Field, Report


def canonical_form(report: Report, field: Field) -> str:
    """Write a field as RFC 8785 does, of all that decides what a report tells, how often, and what for."""
    texts = {
        "bounds": None if field.bounds is None else "[" + ",".join(map(number_text, field.bounds)) + "]",
        "description": _text(field.description),
        "epsilon": None if field.epsilon is None else number_text(field.epsilon),
        "key": _text(field.key),
        "kind": _text(field.kind),
        "max": None if field.max is None else number_text(field.max),
        "name": _text(field.name),
        "reason": _text(field.reason),
        "report": _text(report.name),
        "rotates": "true" if field.name in report.rotate else "false",
        # Their order says nothing.
        "values": None if field.values is None else "[" + ",".join(map(_text, sorted(field.values))) + "]",
        "window": _text(report.window),
    }
    return "{" + ",".join(f'"{name}":{text}' for name, text in texts.items() if text is not None) + "}"


def field_sum(report: Report, field: Field) -> str:
    """SHA-256 of the canonical form, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_form(report, field).encode("utf-8")).hexdigest()


def field_sums(definition: Definition) -> dict[str, str]:
    """Return the sums of all fields: what a question or notice about the definition tells."""
    return {
        f"{report.name}.{field.name}": field_sum(report, field)
        for report in definition.reports
        for field in report.fields
    }


def covered_by(sums: Mapping[str, str], told: Mapping[str, str]) -> frozenset[str]:
    """Return the fields whose sum is the one that the user was told of, as "<report>.<field>"."""
    return frozenset(name for name, digest in sums.items() if told.get(name) == digest)


def _text(text: str) -> str:
    # Python escapes what RFC 8785 does, and as it does, if told to leave the rest.
    return json.dumps(text, ensure_ascii=False)
