"""`history`, `open` and `receipts`: what was sealed here, and the proof of it."""

from __future__ import annotations

from ..definition.dates import date_of_day
from ..history.entry import receipts_of
from ..history.keeping import Kept, clear_history, list_history
from ..history.layout import HistoryPlaces, history_places_of
from ..history.opening import open_name
from ..history.progress import worst_of
from ..history.setting import is_history_on, write_setting
from ..telemetry.words import wrapped
from .failure import CommandFailed
from .subject import Call

_WORDS = {
    "acknowledged": "arrived",
    "waiting": "waits to be sent",
    "unanswered": "sent, not confirmed",
    "refused": "refused by the zone, or blocked by a network",
    "dropped": "dropped, not sent or not confirmed",
}
_INDENT = " " * 12


def show_history(call: Call, project: str | None) -> None:
    """Print the history of a project, or of all."""
    places = _places(call)
    kept = list_history(places, project)
    if not is_history_on(places):
        call.note(f"No history is kept. {call.caller} history on keeps one again.")
    call.print("\n\n".join("\n".join(_lines(one)) for one in kept) or "Nothing in the history.")


def switch_history(call: Call, word: str) -> None:
    """Keep a history from now on, or none, for all projects. Off deletes what is there. Raises CommandFailed."""
    places, today = _places(call), call.world.today()
    outcome = write_setting(places, word, today)
    if not outcome.done:
        raise CommandFailed(f"{places.setting.path}: {outcome.reason}; nothing was deleted")
    if word == "on":
        call.print("A history is kept from now on, for 90 days.")
    elif clear_history(places, None, today) > 0:
        raise CommandFailed(f"not all of {places.folder.path} could be deleted")
    else:
        call.print("No history is kept any more, and what was there is deleted.")


def open_log_name(call: Call, name: str, project: str | None) -> None:
    """Print what is inside a name from a log of DNS. Raises CommandFailed."""
    opening = open_name(name, list_history(_places(call), project))
    if opening.kind == "no-name":
        raise CommandFailed("this is no name of a report: it begins with three labels of 63 characters", 2)
    if opening.kind == "unproved":
        raise CommandFailed("the history names it, but its entry was changed: it proves nothing")
    if opening.kept is None:
        raise CommandFailed("not of this history: sealed elsewhere, more than 90 days ago, or while none was kept")
    call.print("\n".join(_lines(opening.kept)))
    parts = len(opening.kept.entry.frames)
    what = "this text" if parts == 1 else f"part {opening.part + 1} of {parts} of this text"
    proof = f"Proved: the name's box opens, with the secret that was kept, to {what} and nothing else."
    for line in wrapped(proof):
        call.print(line)
    if opening.zone == "other":
        call.note(f"The name ends in another zone than the {opening.kept.entry.zone} that it was sealed for.")


def print_receipts(call: Call, project: str | None) -> None:
    """Print a line for each frame, by which a project can find and delete it. Raises CommandFailed."""
    unproved = 0
    for kept in list_history(_places(call), project):
        lines = receipts_of(kept.entry)
        if lines is None:
            unproved += 1
            call.note(f"no receipt: {date_of_day(kept.entry.day)} {kept.entry.project}, its entry was changed")
        for line in lines or []:
            call.print(line)
    if unproved:
        raise CommandFailed("an entry that was changed has no receipt: a decoder would refuse it")


def _lines(kept: Kept) -> list[str]:
    entry = kept.entry
    became = "what became of it is not known" if kept.progress is None else _WORDS[worst_of(kept.progress)]
    parts = "" if len(entry.frames) == 1 else f", in {len(entry.frames)} names"
    first = f"{date_of_day(entry.day)}  {entry.project} {entry.report} to {entry.zone}{parts}: {became}"
    text = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in entry.text)
    return [*wrapped(first, "", _INDENT), *wrapped(text, _INDENT)]


def _places(call: Call) -> HistoryPlaces:
    places = history_places_of(call.world.places)
    if places is None:
        raise CommandFailed("there is no home folder to keep a history in")
    return places
