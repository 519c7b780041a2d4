"""Installations: one program's state on one machine of one user, bound so that a copy is nobody's."""

from __future__ import annotations

import os

from ..definition.names import is_hex, is_project
from ..state.writing import names_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..state.places import Place

# FNV-1a of 64 bits (RFC 9923). Not a cryptographic sum: the name never leaves the machine.
_FNV_BASIS = 0xCBF29CE484222325
_FNV_PRIME = 0x100000001B3

_MACHINE_FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")
_MASK = (1 << 64) - 1


def binding_of(machine: str, uid: str, inode: str) -> str:
    """Return the name of the folder of all installations of a user on a machine, in a state folder."""
    number = _FNV_BASIS
    for octet in f"{machine}:{uid}:{inode}".encode():
        number = (number ^ octet) * _FNV_PRIME & _MASK
    return f"{number:016x}"


def system_binding(state: Place | None) -> str | None:
    """Return this machine's; None when the state folder is not there."""
    if state is None:
        return None
    try:
        inode = os.stat(state.path).st_ino
    except OSError:
        return None
    uid = str(os.getuid()) if hasattr(os, "getuid") else ""
    return binding_of(_machine(), uid, str(inode))


def installation_place(state: Place, binding: str, project: str) -> Place:
    """Return the folder of a project's installation."""
    return state.inside("installations", binding, project)


def projects_of(state: Place, binding: str) -> list[str]:
    """Return the projects that have an installation here."""
    return [name for name in names_in(os.path.join(state.path, "installations", binding)) if is_project(name)]


def bindings_of(state: Place) -> list[str]:
    """Return all bindings, also of other machines that share the folder, and of copies."""
    return [name for name in names_in(os.path.join(state.path, "installations")) if is_hex(name, 16)]


def _machine() -> str:
    for path in _MACHINE_FILES:
        try:
            with open(path, encoding="utf-8") as file:
                return file.read().strip()
        except (OSError, ValueError):
            pass
    return ""
