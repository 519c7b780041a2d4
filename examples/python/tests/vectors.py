"""The repository's test vectors, which no client of it has computed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3] / "test" / "vectors"


def vectors(name: str) -> Any:
    """Read the vectors for clients of a name."""
    return json.loads((FOLDER / "client" / f"{name}.json").read_text(encoding="utf-8"))


def independent(name: str) -> str:
    """Read a file of the independent implementation."""
    return (FOLDER / "independent" / name).read_text(encoding="utf-8")


class Octets:
    """A source of randomness that gives given octets, and says how many were read."""

    def __init__(self, octets: str) -> None:
        self.octets = bytes.fromhex(octets)
        self.read = 0

    def __call__(self, length: int) -> bytes:
        taken = self.octets[self.read : self.read + length]
        self.read += length
        if len(taken) < length:
            raise AssertionError(f"{self.read} octets were asked for, of {len(self.octets)}")
        return taken
