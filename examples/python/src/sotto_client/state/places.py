"""Where things are, for one user on one host (docs/client-state.md, "Where things are"). Looks at no disk."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Mapping, Optional

_FOLDER = "sotto"


class Place:
    """A file or folder that we may have to make; `within` is a folder above it that is never made."""

    __slots__ = ("path", "within")

    def __init__(self, path: str, within: str) -> None:
        self.path = path
        self.within = within

    def inside(self, *names: str) -> Place:
        """Return the place of something in this folder."""
        separator = "\\" if "\\" in self.path else "/"
        return Place(separator.join((self.path.rstrip(separator), *names)), self.within)


class Places:
    """The state folder and the consent file (None where nothing can be kept), and the administrator's file."""

    __slots__ = ("administrator", "consent", "state")

    def __init__(self, state: Place | None, consent: Place | None, administrator: str) -> None:
        self.state = state
        self.consent = consent
        self.administrator = administrator


def places_of(platform: str, environment: Mapping[str, str], home: Optional[str]) -> Places:
    """Find the places of a user.

    platform is as `sys.platform` names it; what is neither "darwin" nor "win32" follows the XDG rules. A variable with
    a relative path counts for nothing: it would mean another folder in each working folder.
    """
    if platform == "win32":
        return _windows_places(environment, home)
    root = _normal(home)
    if platform == "darwin":
        folder = None if root is None else Place(_join(root, "Library", "Application Support", _FOLDER), root)
        return Places(folder, _consent_in(folder), f"/Library/Application Support/{_FOLDER}/policy.json")
    state = _xdg_folder(environment.get("XDG_STATE_HOME"), root, ".local", "state")
    config = _xdg_folder(environment.get("XDG_CONFIG_HOME"), root, ".config")
    return Places(state, _consent_in(config), f"/etc/{_FOLDER}/policy.json")


def _xdg_folder(given: Optional[str], root: Optional[str], *otherwise: str) -> Place | None:
    base = _normal(given)
    if base is None:
        return None if root is None else Place(_join(root, *otherwise, _FOLDER), root)
    in_home = root is not None and (base == root or base.startswith(root.rstrip("/") + "/"))
    above = base.rpartition("/")[0] or "/"
    return Place(_join(base, _FOLDER), root if in_home and root is not None else above)


def _consent_in(folder: Place | None) -> Place | None:
    return None if folder is None else folder.inside("consent.json")


def _normal(path: Optional[str]) -> str | None:
    """Return an absolute path without dots, doubled and trailing slashes; None for one that is not absolute."""
    if not path or not path.startswith("/"):
        return None
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def _join(root: str, *names: str) -> str:
    return "/".join((root.rstrip("/"), *names))


def _windows_places(environment: Mapping[str, str], home: Optional[str]) -> Places:
    # Imported here: elsewhere nobody needs it.
    import ntpath

    def usable(path: Optional[str]) -> str | None:
        # A path without a drive is on whatever drive is the current one.
        if not path:
            return None
        drive, rest = ntpath.splitdrive(path)
        return ntpath.normpath(path) if drive and rest[:1] in ("\\", "/") else None

    data, root = usable(environment.get("LOCALAPPDATA")), usable(home)
    folder: Place | None = None
    if data is not None:
        folder = Place(ntpath.join(data, _FOLDER), ntpath.dirname(data))
    elif root is not None:
        folder = Place(ntpath.join(root, "AppData", "Local", _FOLDER), root)
    program_data = usable(environment.get("ProgramData")) or "C:\\ProgramData"
    return Places(folder, _consent_in(folder), ntpath.join(program_data, _FOLDER, "policy.json"))
