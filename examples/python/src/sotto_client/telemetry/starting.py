"""Starting the sender, and forgetting it: detached, without terminal, in no folder of the program's."""

from __future__ import annotations

import os
import sys

# What the sender's interpreter is told: no variables of Python's, no user's or site's code that runs by itself (-I -S);
# it finds modules where the program does, behind its own library's.
_PROGRAM = """import sys
sys.path.extend(sys.argv[2:])
from sotto_client.sender.main import main
main(sys.argv[1])"""


def can_start_sender(executable: str | None) -> bool:
    """Tell whether the interpreter can be started: in a frozen or embedding program it is that which would start."""
    if not executable or getattr(sys, "frozen", False) or not hasattr(os, "posix_spawn"):
        return False
    name = os.path.basename(executable)
    return name.rstrip("0123456789.t") in ("python", "pypy")


def start_sender(folder: str | None) -> None:
    """Start it. folder is where it looks for opt-out files. Never raises.

    What is started makes the sender its own child and ends at once, so the program has no child that stays.
    """
    if not can_start_sender(sys.executable):
        return
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    paths = [here, *(os.path.abspath(path) for path in sys.path if path)]
    argv = [sys.executable, "-I", "-S", "-c", _PROGRAM, folder or "", *dict.fromkeys(paths)]
    nothing = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_RDWR, 0) for descriptor in range(3)]
    try:
        try:
            child = os.posix_spawn(sys.executable, argv, os.environ, file_actions=nothing, setsid=True)
        except NotImplementedError:
            child = os.posix_spawn(sys.executable, argv, os.environ, file_actions=nothing)
    except OSError:
        return
    _CHILDREN.append(child)


def reap() -> None:
    """Take leave of those that have ended. Waits for nobody, and never raises."""
    for child in list(_CHILDREN):
        try:
            if os.waitpid(child, os.WNOHANG)[0] == 0:
                continue
        except OSError:
            pass
        _CHILDREN.remove(child)


# Processes that were started and may not be reaped yet.
_CHILDREN: list[int] = []
