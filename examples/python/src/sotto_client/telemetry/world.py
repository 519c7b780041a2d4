"""All that a program's telemetry has to do with the world; a test says what it is."""

from __future__ import annotations

import os
import sys
import time

from ..consent.deciding import Asker
from ..state.places import places_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Mapping


class World(Asker):
    """The system as a process finds it. Times are seconds since 1970-01-01 UTC."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        variables = os.environ if environment is None else environment
        home = _home(variables)
        super().__init__(places_of(sys.platform, variables, home), variables, _folder(), home, self._is_ci)
        self.clock: Callable[[], float] = time.time
        self.random: Callable[[int], bytes] = os.urandom
        self.start_sender: Callable[[str | None], None] = _start_sender

    def today(self) -> int:
        """Return the day, since 1970-01-01 UTC."""
        return int(self.clock() // 86_400)

    def minute(self) -> int:
        """Return the minute, since 1970-01-01 UTC."""
        return int(self.clock() // 60)

    def runner(self) -> str:
        """Return who runs the program."""
        from ..report.surroundings import Surroundings, runner_of

        return runner_of(Surroundings(self.environment, self.is_on_terminal()))

    def is_on_terminal(self) -> bool:
        """Tell whether standard input and output are both terminals."""
        try:
            return os.isatty(0) and os.isatty(1)
        except OSError:
            return False

    def complain(self, text: str) -> None:
        """Print for the person who asked for `debug`."""
        print(text, file=sys.stderr)

    def _is_ci(self) -> bool:
        from ..report.ci import is_ci

        return is_ci(self.environment)


def platform_name() -> str:
    """Return the system and architecture as Node names them: linux-x64, darwin-arm64, win32-x64."""
    systems = {"linux": "linux", "darwin": "darwin", "win32": "win32", "cygwin": "cygwin"}
    system = systems.get(sys.platform, sys.platform.rstrip("0123456789"))
    machine = _machine().lower()
    architectures = {
        "x86_64": "x64",
        "amd64": "x64",
        "aarch64": "arm64",
        "arm64": "arm64",
        "i386": "ia32",
        "i486": "ia32",
        "i586": "ia32",
        "i686": "ia32",
        "x86": "ia32",
        "ppc64le": "ppc64",
        "ppc64": "ppc64",
        "s390x": "s390x",
        "riscv64": "riscv64",
        "loongarch64": "loong64",
        "mips": "mips",
        "mipsel": "mipsel",
    }
    architecture = "arm" if machine.startswith("arm") and machine != "arm64" else architectures.get(machine, machine)
    if architecture == "x64" and sys.maxsize < 2**32:
        # A program of 32 bits on a system of 64.
        architecture = "ia32"
    return f"{system}-{architecture}"


def _machine() -> str:
    if hasattr(os, "uname"):
        return os.uname().machine
    return os.environ.get("PROCESSOR_ARCHITECTURE", "")


def _home(environment: Mapping[str, str]) -> str | None:
    variable = "USERPROFILE" if sys.platform == "win32" else "HOME"
    home = environment.get(variable)
    if home:
        return home
    expanded = os.path.expanduser("~")
    return None if expanded == "~" else expanded


def _folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:
        return None


def _start_sender(folder: str | None) -> None:
    from .starting import start_sender

    start_sender(folder)
