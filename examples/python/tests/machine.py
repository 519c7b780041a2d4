"""A user's machine for a test: a home of its own, a clock that is set, and a resolver in memory."""

from __future__ import annotations

import json
import random
import tempfile
import unittest
import unittest.mock
from pathlib import Path
from typing import Any, Callable

from nacl.bindings import crypto_box_seal_open, crypto_scalarmult_base

from sotto_client.consent.canonical import field_sums
from sotto_client.consent.changing import change_consent
from sotto_client.consent.record import with_grant
from sotto_client.definition.checking import checked_definition
from sotto_client.installation.folder import installation_place, system_binding
from sotto_client.sender.sender import run_sender
from sotto_client.state.places import Place
from sotto_client.telemetry.opening import open_telemetry
from sotto_client.telemetry.running import Telemetry
from sotto_client.telemetry.world import World
from sotto_client.wire.block import piece_of
from sotto_client.wire.frame import box_of
from sotto_client.wire.lookup import Found
from sotto_client.wire.name import decode_name
from sotto_client.wire.publickey import encode_public_key

# 2026-11-23, a Monday.
MONDAY = 20_780
DAY_SECONDS = 86_400

SECRET = bytes(range(32))
PUBLIC = crypto_scalarmult_base(SECRET)
ACK = "198.18.0.7"


def field(key: str, kind: str, **members: Any) -> dict[str, Any]:
    """Return a field as it stands in a definition."""
    texts = {"description": "x", "reason": "x", "owner": "x", "expires": "2028-01-01"}
    return {"key": key, "kind": kind, **texts, **members}


DEFINITION: dict[str, Any] = {
    "sotto": 1,
    "project": "right-pad",
    "zones": [{"zone": "r.example.net", "ack": [ACK], "bits": 0}, {"zone": "r.example.org", "ack": [ACK], "bits": 0}],
    "keys": [{"key": encode_public_key(PUBLIC), "from": "2026-11-16"}],
    "reports": {
        "weekly": {
            "window": "week",
            "description": "x",
            "fields": {"python": field("p", "version"), "age": field("a", "age")},
        },
        "counts": {
            "window": "week",
            "description": "x",
            "fields": {"runs": field("r", "counter", max=1000)},
        },
    },
}


class Names:
    """A resolver in memory: notes what is asked, and answers as it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.records: list[list[bytes]] = []
        self.policies = 0
        self.answer: Callable[[str], Found] = lambda _: Found("addresses", [ACK])

    def addresses(self, name: str) -> Found:
        """Answer a look-up of addresses."""
        self.asked.append(name)
        return self.answer(name)

    def texts(self, name: str) -> list[list[bytes]]:
        """Answer a look-up of a policy record."""
        self.policies += 1
        return self.records

    def told(self) -> list[str]:
        """Return what the project reads in the names, each once."""
        texts = []
        for name in dict.fromkeys(self.asked):
            found = decode_name(name)
            assert found is not None
            texts.append(piece_of(crypto_box_seal_open(box_of(found[0]), PUBLIC, SECRET)).decode())
        return texts


class MachineTest(unittest.TestCase):
    """A test on a machine of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name, "home")
        self.home.mkdir()
        self.definition = Path(folder.name, "sotto.json")
        self.define(DEFINITION)
        self.now = float(MONDAY * DAY_SECONDS + 43_200)
        self.names = Names()
        self.started = 0
        self._runs = 0
        self.on_draw: Callable[[int], None] = lambda _: None
        self.printed: list[str] = []
        self.environment = {"HOME": str(self.home)}
        self.is_ci = False

    def define(self, definition: dict[str, Any]) -> None:
        """Have the project's next release have another definition."""
        self.definition.write_text(json.dumps(definition))

    @property
    def world(self) -> World:
        """Return the world as a process finds it."""
        world = World(self.environment)
        world.working_folder = str(self.home)
        world.places.administrator = str(self.home.parent / "policy.json")
        world.clock = lambda: self.now
        world.is_ci = lambda: self.is_ci
        world.start_sender = self._start
        setattr(world, "complain", self.printed.append)
        world.random = self._source()
        return world

    def _source(self) -> Callable[[int], bytes]:
        """Another source for each process, and the same in each run of the tests."""
        self._runs += 1
        source = random.Random(self._runs)

        def draw(length: int) -> bytes:
            self.on_draw(length)
            return source.randbytes(length)

        return draw

    def _start(self, folder: str | None) -> None:
        self.started += 1

    def grant(self, definition: dict[str, Any] = DEFINITION) -> None:
        """Say yes to the project as it is."""
        sums = field_sums(checked_definition(definition))
        place = self.world.places.consent
        assert place is not None
        change_consent(place, lambda record: with_grant(record, "right-pad", MONDAY, sums))

    def open(self) -> Telemetry | None:
        """Open as a program does."""
        return open_telemetry(self.definition, None, self.world)

    def run_program(self, python: str | None = "3.11.2", runs: int = 1) -> None:
        """Run the program once."""
        telemetry = self.open()
        if telemetry is not None:
            telemetry.count("runs", times=runs)
            if python is not None:
                telemetry.report("weekly", {"python": python})
            telemetry.close()

    def send(self) -> str:
        """Run a sender, which does not really wait between two names."""
        with unittest.mock.patch("sotto_client.sender.world.Run.pause"):
            return run_sender(self.world, self.names, is_foreground=True)

    def advance(self, days: float) -> None:
        """Let time pass."""
        self.now += days * DAY_SECONDS

    @property
    def state(self) -> Place:
        """Return the state folder."""
        place = self.world.places.state
        assert place is not None
        return place

    @property
    def folder(self) -> Path:
        """Return the installation's folder."""
        return Path(installation_place(self.state, system_binding(self.state) or "", "right-pad").path)

    def files(self) -> list[str]:
        """Return the files below home."""
        return sorted(str(path.relative_to(self.home)) for path in self.home.rglob("*") if path.is_file())

    def spooled(self) -> list[dict[str, Any]]:
        """Return what is in the spool."""
        return [json.loads(path.read_text()) for path in Path(self.state.path, "spool").glob("*/*.json")]
