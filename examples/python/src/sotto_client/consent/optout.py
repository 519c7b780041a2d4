"""Opt-out files: whoever puts one into a folder opts out of all that runs below it."""

from __future__ import annotations

import os

OPT_OUT_FILE = ".sotto-opt-out"

# Real trees are a tenth as deep.
_MAX_FOLDERS = 256


def find_opt_out(folder: str | None, home: str | None) -> str | None:
    """Look in a folder and all above it, then in home. A file of any kind counts, a link to nowhere too.

    Returns the path of the nearest; None when there is none that the user may look at.
    """
    for _ in range(_MAX_FOLDERS):
        if not folder:
            break
        path = os.path.join(folder, OPT_OUT_FILE)
        if _is_there(path):
            return path
        above = os.path.dirname(folder)
        folder = None if above == folder else above
    if home:
        path = os.path.join(home, OPT_OUT_FILE)
        if _is_there(path):
            return path
    return None


def _is_there(path: str) -> bool:
    try:
        os.lstat(path)
    except (OSError, ValueError):
        return False
    return True
