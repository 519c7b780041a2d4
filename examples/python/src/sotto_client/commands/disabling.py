"""`disable`: first the decision, by which whoever writes stops, then the sender, then what is there."""

from __future__ import annotations

import os
import time

from ..consent.record import with_denial, with_host_answer
from ..definition.names import is_project, is_report
from ..history.keeping import clear_history
from ..history.layout import find_files, history_places_of
from ..installation.folder import bindings_of
from ..spool.files import frame_names
from ..spool.spool import clear_spool
from ..state.places import Place
from ..state.reading import read_state_file
from ..state.writing import names_in, remove_empty_folder, remove_file
from ..telemetry.words import wrapped
from .enabling import record_decision
from .failure import CommandFailed
from .subject import Call

# Between two looks: a program that is just writing may bring a file back. With a sender that waits for a resolver one
# more, which finds its lock gone after that.
_PAUSES = (0.1, 0.4, 1.5)

# A no does not wait for a program that hangs.
_PATIENCE = 2.0

_MAX_OCTETS = 1024 * 1024


def disable(call: Call, project: str | None) -> None:
    """Record a no to a project, or for None to all, and delete what is kept. Raises CommandFailed."""
    failure: CommandFailed | None = None
    try:
        if project is None:
            record_decision(call, lambda record, day: with_host_answer(record, "denied", day))
            call.print("No program that uses sotto asks, counts or sends any more.")
            call.print(f"Take it back: {call.caller} enable --all")
        else:
            name = project
            record_decision(call, lambda record, day: with_denial(record, name, day))
            call.print(f"{project} asks, counts and sends nothing any more.")
            call.print(f"Take it back: {call.call_of('enable', project)}")
    except CommandFailed as error:
        failure = error
    # Whoever wants silence wants this in any case.
    left = _erase_kept(call, project)
    if failure is not None:
        raise failure
    if left:
        for path in left:
            call.note(f"left: {path}")
        raise CommandFailed(f"{len(left)} of its files are left: of a newer sotto, not ours, or not to be removed")


def _erase_kept(call: Call, project: str | None) -> list[str]:
    """Delete, and look again. Returns what is left."""
    state, places = call.world.places.state, history_places_of(call.world.places)
    if state is None or places is None:
        return []
    frames = _of(project, frame_names(state))
    entries = [file for file in find_files(places.folder, project) if file.kind == "entry"]
    lock = state.inside("sender.lock").path
    is_sending = os.path.lexists(lock)
    remove_file(lock)
    for pause in _PAUSES if is_sending else _PAUSES[:1]:
        _erase_once(call, state, project)
        time.sleep(pause)
    _erase_once(call, state, project)
    for line in wrapped(_in_words(len(frames), len(entries))):
        call.print(line)
    left = [state.inside("spool", name, f"{hash}.json").path for name, hash in _of(project, frame_names(state))]
    left += [file.path for file in find_files(places.folder, project)]
    return left + [path for folder in _installations(state, project) for path in _files_in(folder)]


def _erase_once(call: Call, state: Place, project: str | None) -> None:
    clear_spool(state, project, _PATIENCE)
    for folder in _installations(state, project):
        for name in names_in(folder):
            if _is_ours(os.path.join(folder, name), name):
                remove_file(os.path.join(folder, name))
        binding = os.path.dirname(folder)
        for path in (folder, binding, os.path.dirname(binding)):
            remove_empty_folder(path)
    places = history_places_of(call.world.places)
    if places is not None:
        clear_history(places, project, call.world.today())


def _is_ours(path: str, name: str) -> bool:
    """Tell whether a file may be removed: what a newer program wrote stays, and what is not named as ours."""
    if (name.startswith("counts-") and name.endswith(".ndjson")) or (name.startswith(".") and ".new-" in name):
        return True
    is_due = name.startswith("due-") and name.endswith(".json") and is_report(name[4:-5])
    if not is_due and name not in ("definition.json", "session.json", "state.json"):
        return False
    return read_state_file(path, _MAX_OCTETS).kind != "newer"


def _installations(state: Place, project: str | None) -> list[str]:
    """Return the folders of a project, or of all, on this machine and on others that share the home."""
    root = state.inside("installations").path
    return [
        os.path.join(root, binding, name)
        for binding in bindings_of(state)
        for name in names_in(os.path.join(root, binding))
        if is_project(name) and project in (None, name)
    ]


def _files_in(folder: str) -> list[str]:
    return [os.path.join(folder, name) for name in names_in(folder)]


def _of(project: str | None, names: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, hash) for name, hash in names if project in (None, name)]


def _in_words(frames: int, entries: int) -> str:
    parts = [f"{frames} frame{'s' * (frames > 1)} that waited to be sent"] if frames else []
    parts += [f"{entries} entr{'y' if entries == 1 else 'ies'} of the history"] if entries else []
    return f"Deleted: {', '.join([*parts, 'what was counted and reported'])}."
