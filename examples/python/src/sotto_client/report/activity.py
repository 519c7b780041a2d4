"""Counts: clipped at every step, so that a sum does not depend on its order (docs/client-state.md, "Activity"). Pure."""

from __future__ import annotations

from ..definition.model import OTHER
from ..state.jsontext import is_json_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Mapping, Sequence, Union

    from ..definition.model import Field

    # A count, or counts by listed value and "other".
    Total = Union[int, Dict[str, int]]
    Counts = Dict[str, Total]


def clipped(count: Any, most: int) -> int:
    """Round a count down and clip it; what is no finite number of at least 1 counts nothing."""
    if not is_json_number(count) or not 1 <= count < float("inf"):
        return 0
    return min(int(count), most)


def add_count(counts: Counts, field: Field, value: Any, times: Any) -> None:
    """Add to a counter. In one with values, what is not listed, or no value, counts as "other"."""
    added = clipped(times, field.max or 0)
    if added == 0:
        return
    if field.values is None:
        before = counts.get(field.name, 0)
        counts[field.name] = min((before if isinstance(before, int) else 0) + added, field.max or 0)
        return
    listed = value if isinstance(value, str) and value in field.values else OTHER
    by_value = counts.setdefault(field.name, {})
    if isinstance(by_value, dict):
        by_value[listed] = min(by_value.get(listed, 0) + added, field.max or 0)


def merge_counts(counters: Sequence[Field], one: Mapping[str, Any], other: Mapping[str, Any]) -> Counts:
    """Return what was counted together. Counters that the report has not are left out."""
    merged: Counts = {}
    for field in counters:
        if field.name not in one and field.name not in other:
            continue
        left, right = counts_of(field, one.get(field.name)), counts_of(field, other.get(field.name))
        if isinstance(left, int) or isinstance(right, int):
            total = (left if isinstance(left, int) else 0) + (right if isinstance(right, int) else 0)
            merged[field.name] = clipped(total, field.max or 0)
        else:
            values = {**left, **right}
            merged[field.name] = {
                value: min(left.get(value, 0) + right.get(value, 0), field.max or 0) for value in values
            }
    return merged


def counts_of(field: Field, total: Any) -> Total:
    """Return a counter's counts as a report tells them: in listed order, then "other", without zeros."""
    most = field.max or 0
    # A field that got values, or lost them, since it was counted: what was counted belongs to another question.
    if field.values is None:
        return clipped(total, most)
    by_value = total if isinstance(total, dict) else {}
    found = {value: clipped(by_value.get(value), most) for value in (*field.values, OTHER)}
    return {value: count for value, count in found.items() if count > 0}
