"""Who runs the program (docs/client-state.md, "Runner"): the first that fits."""

from __future__ import annotations

import os
import re

from .ci import is_ci

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Mapping, Optional

# What agents set for the commands that they run, and what the value must hold in lower case.
_AGENT_SIGNS = (
    ("CLAUDECODE", ""),
    ("CURSOR_AGENT", ""),
    ("GEMINI_CLI", ""),
    ("CODEX_SANDBOX", ""),
    ("CODEX_THREAD_ID", ""),
    ("CODEX_CI", ""),
    ("OPENCODE", ""),
    ("COPILOT_CLI", ""),
    ("AUGMENT_AGENT", ""),
    ("QWEN_CODE", ""),
    ("CLINE_ACTIVE", ""),
    ("GOOSE_TERMINAL", ""),
    ("CRUSH", ""),
    ("TRAE_AI_SHELL_ID", ""),
    ("AWS_EXECUTION_ENV", "amazonq"),
)

# What `AGENT` must hold to be taken for one, since other programs use a variable of that name, too.
_AGENT_NAMES = frozenset(
    "claude-code cursor gemini-cli codex opencode github-copilot augment qwen-code cline goose crush trae amazon-q "
    "amp aider devin antigravity claude".split()
)

_DEVIN_FILE = "/opt/.devin"
_CONTAINER_FILES = ("/.dockerenv", "/run/.containerenv")

# A Toolbx container is a person's work place, whose home is the host's; so is one of Distrobox.
_WORKPLACE_FILE = "/run/.toolboxenv"
_WORKPLACE_VARIABLE = "DISTROBOX_ENTER_PATH"

_CGROUP_FILE = "/proc/self/cgroup"
_CONTAINER_GROUP = re.compile(r"/docker[/-][0-9a-f]{12}|/kubepods|/lxc[/.]|/libpod-|cri-containerd-|/crio-|/ecs/")


class Surroundings:
    """What tells who runs a program; a test says what it is."""

    __slots__ = ("environment", "exists", "is_terminal", "read")

    def __init__(
        self,
        environment: Mapping[str, str],
        is_terminal: bool,
        exists: Callable[[str], bool] = os.path.exists,
        read: Optional[Callable[[str], str]] = None,
    ) -> None:
        self.environment = environment
        self.is_terminal = is_terminal
        self.exists = exists
        self.read = read or _read


def runner_of(surroundings: Surroundings) -> str:
    """Return "ci", "agent", "container", "terminal" or "script"."""
    if is_ci(surroundings.environment):
        return "ci"
    if _is_agent(surroundings.environment) or surroundings.exists(_DEVIN_FILE):
        return "agent"
    if _is_container(surroundings):
        return "container"
    return "terminal" if surroundings.is_terminal else "script"


def _is_agent(environment: Mapping[str, str]) -> bool:
    if any(_said(environment, name) and holds in _said(environment, name) for name, holds in _AGENT_SIGNS):
        return True
    if _said(environment, "AI_AGENT"):
        return True
    common = _said(environment, "AGENT")
    return common in ("1", "true") or re.split("[@_]", common, maxsplit=1)[0] in _AGENT_NAMES


def _said(environment: Mapping[str, str], variable: str) -> str:
    """Return a variable's value in lower case; the empty text for what means no."""
    value = environment.get(variable, "").strip().lower()
    return "" if value in ("0", "false") else value


def _is_container(surroundings: Surroundings) -> bool:
    environment, exists = surroundings.environment, surroundings.exists
    if environment.get(_WORKPLACE_VARIABLE) or exists(_WORKPLACE_FILE):
        return False
    if any(map(exists, _CONTAINER_FILES)) or environment.get("KUBERNETES_SERVICE_HOST"):
        return True
    # systemd's convention for container managers; Flatpak, a package format, sets it as well.
    if environment.get("container", "") not in ("", "flatpak"):
        return True
    return _CONTAINER_GROUP.search(surroundings.read(_CGROUP_FILE)) is not None


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(64 * 1024)
    except OSError:
        return ""
