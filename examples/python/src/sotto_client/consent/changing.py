"""Changing consent.json under its lock, so that no other program's change is lost."""

from __future__ import annotations

import os

from ..state.lock import take_lock
from ..state.places import Place
from ..state.reading import code_of
from ..state.replacing import replace_state_file
from ..state.writing import make_folder
from .deciding import MAX_CONSENT_OCTETS, read_consent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

# Seconds to wait for other programs that decide at the same time; each takes milliseconds.
PATIENCE = 10.0


class ConsentRefused(Exception):
    """Nothing was changed; the message is a phrase for a person."""


def change_consent(
    place: Place, change: Callable[[dict[str, Any]], dict[str, Any]], patience: float = PATIENCE
) -> None:
    """Read consent.json, apply a pure change, and put the result in its place.

    Raises ConsentRefused; what is damaged or by a newer program is left for a person to look at.
    """
    _usable(place)
    try:
        make_folder(Place(os.path.dirname(place.path), place.within))
        lock = take_lock(f"{place.path}.lock", patience)
    except OSError as error:
        raise ConsentRefused(f"it cannot be written ({code_of(error)})") from error
    if lock is None:
        raise ConsentRefused("another program is changing it")
    try:
        record = {"version": 1, **change(_usable(place))}
        outcome = replace_state_file(place, record, MAX_CONSENT_OCTETS, lock.is_held)
    finally:
        lock.release()
    if not outcome.done:
        raise ConsentRefused(outcome.reason)


def _usable(place: Place) -> dict[str, Any]:
    record, problem = read_consent(place)
    if problem is not None:
        raise ConsentRefused(f"{problem}; it denies everything until you mend or remove it")
    return record
