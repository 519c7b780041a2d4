"""Removing what is old: of the history, sessions that are over, installations of others, what dead programs left."""

from __future__ import annotations

import os
import shutil

from ..history.keeping import reconcile
from ..history.layout import history_places_of
from ..history.pruning import prune
from ..installation.folder import bindings_of, projects_of
from ..installation.sessionfile import read_session, remove_session
from ..report.sessions import is_over
from ..spool.files import frame_names, spooled_projects
from ..state.writing import is_orphan, names_in, remove_empty_folder, remove_file
from .project import folder_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .world import Run

# After so long another machine's installation, or a copied one, is nobody's.
_FOREIGN_SECONDS = 90 * 86_400


def upkeep(run: Run) -> None:
    """Do it, after each flush."""
    places = history_places_of(run.world.places)
    if places is not None:
        spooled = {hash for _, hash in frame_names(run.state)}
        reconcile(places, spooled.__contains__)
        prune(places, run.world.clock())
    folders = [folder_in(run, name) for name in projects_of(run.state, run.binding)]
    for folder in folders:
        session = read_session(folder)
        if session is not None and is_over(session, run.now()):
            remove_session(folder)
    # What was sent leaves nothing, not even the project's name.
    for name in spooled_projects(run.state):
        remove_empty_folder(run.state.inside("spool", name).path)
    for folder in (run.state, *folders):
        for name in names_in(folder.path):
            path = os.path.join(folder.path, name)
            if name.startswith(".") and ".new-" in name and is_orphan(path, run.world.clock()):
                remove_file(path)
    _remove_foreign(run)


def _remove_foreign(run: Run) -> None:
    for binding in bindings_of(run.state):
        path = run.state.inside("installations", binding).path
        if binding == run.binding:
            continue
        changed = _last_change(path)
        if changed is not None and run.world.clock() - changed > _FOREIGN_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _last_change(path: str) -> float | None:
    """Return when anything in a folder last changed; None when that cannot be known."""
    try:
        latest = os.lstat(path).st_mtime
        for folder, folders, files in os.walk(path, onerror=_raise):
            for name in (*folders, *files):
                latest = max(latest, os.lstat(os.path.join(folder, name)).st_mtime)
    except OSError:
        return None
    return latest


def _raise(error: OSError) -> None:
    raise error
