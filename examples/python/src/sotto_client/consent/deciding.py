"""Looking everything up that a decision depends on, as it is now. Makes nothing, and never raises."""

from __future__ import annotations

from ..state.reading import read_state_file
from .administrator import read_administrator_word
from .decision import Decision, Inputs, decide
from .optout import find_opt_out
from .record import Standing, problem_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping

    from ..state.places import Place, Places

# A hundred projects with as many fields as there can be take a tenth of it.
MAX_CONSENT_OCTETS = 4 * 1024 * 1024


class Asker:
    """What a decision is looked up in. is_ci is asked only when it matters, since finding out reads a list."""

    def __init__(
        self,
        places: Places,
        environment: Mapping[str, str],
        working_folder: str | None,
        home: str | None,
        is_ci: Callable[[], bool],
    ) -> None:
        self.places = places
        self.environment = environment
        self.working_folder = working_folder
        self.home = home
        self.is_ci = is_ci


class Decided:
    """A decision with what is on record; standing is None when that cannot be known. problem is for a person."""

    __slots__ = ("decision", "problem", "record", "standing")

    def __init__(
        self, decision: Decision, standing: Standing | None, record: dict[str, Any], problem: str | None
    ) -> None:
        self.decision = decision
        self.standing = standing
        self.record = record
        self.problem = problem


def decide_now(asker: Asker, project: str, mode: str, noticed_now: bool = False) -> Decided:
    """Decide about a project. noticed_now says whether this run has shown the notice."""
    places = asker.places
    word = read_administrator_word(places.administrator, project)
    record, problem = read_consent(places.consent)
    standing = None if problem is not None else Standing(record, project)
    decision = decide(
        Inputs(
            project,
            mode,
            word,
            asker.environment,
            lambda: find_opt_out(asker.working_folder, asker.home),
            standing,
            asker.is_ci,
            places.administrator,
            None if places.consent is None else places.consent.path,
            noticed_now,
        )
    )
    return Decided(decision, standing, record, word.problem or problem)


def read_consent(place: Place | None) -> tuple[dict[str, Any], str | None]:
    """Read consent.json: its content, and why it cannot be used, or None."""
    if place is None:
        return {}, None
    reading = read_state_file(place.path, MAX_CONSENT_OCTETS)
    if reading.kind == "absent":
        return {}, None
    if reading.kind != "read":
        return {}, reading.reason
    problem = problem_of(reading.value)
    return ({}, problem) if problem is not None else (reading.value, None)
