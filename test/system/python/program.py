"""A small program that embeds the Python client: `program.py DEFINITION ACT...`. It prints nothing but what an act says."""

from __future__ import annotations

import json
import os
import sys
import time

import sotto_client

_PAUSE_SECONDS = 0.005


def main(definition: str, acts: list[str]) -> None:
    """Open, act, and end without closing unless that is an act."""
    telemetry = sotto_client.open(definition)
    for act in acts:
        name, _, value = act.partition("=")
        if name == "count":
            counter, _, counted = value.partition(":")
            telemetry.count(counter, counted or None)
        elif name == "report":
            report, _, values = value.partition(":")
            telemetry.report(report, json.loads(values))
        elif name == "close":
            telemetry.close()
        elif name == "flush":
            telemetry.flush()
        elif name == "touch":
            open(value, "w").close()
        elif name == "await":
            while not os.path.exists(value):
                time.sleep(_PAUSE_SECONDS)
        elif name == "fork":
            # A child that counts once by itself, and goes by the interpreter's end.
            child = os.fork()
            if child == 0:
                telemetry.count(value)
                sys.exit()
            os.waitpid(child, 0)
        elif name == "loaded":
            # What of the names is among the modules that were loaded.
            print([module for module in value.split(",") if module in sys.modules])


main(sys.argv[1], sys.argv[2:])
