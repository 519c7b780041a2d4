"""Asking a person at a terminal."""

from __future__ import annotations

import os
import select
import sys
import time

# Who does not answer within a minute has something else to do.
_PATIENCE_SECONDS = 60.0

_PROMPT = "[yes/no/never] "
_ANSWERS = {"y": "yes", "yes": "yes", "n": "no", "no": "no", "never": "never"}


def has_typed_ahead() -> bool:
    """Tell whether lines wait at the terminal already: they are for the program, and no answer to a question."""
    return bool(select.select([0], [], [], 0)[0])


def show(text: str) -> None:
    """Show a text on standard output, whatever the terminal's encoding."""
    sys.stdout.flush()
    octets = text.encode(getattr(sys.stdout, "encoding", None) or "utf-8", "replace")
    while octets:
        octets = octets[os.write(1, octets) :]


def ask_person(text: str, patience: float = _PATIENCE_SECONDS) -> str | None:
    """Ask until one of the answers is given; there is none by default, and Enter alone asks again.

    Reads standard input line by line without buffering, so that what comes behind the answer is left for the program.
    Returns "yes", "no" or "never"; None when time is over or the input ended.
    """
    end = time.monotonic() + patience
    show(text + _PROMPT)
    while True:
        left = end - time.monotonic()
        if left <= 0 or not select.select([0], [], [], left)[0]:
            break
        line = os.read(0, 4096)
        if not line:
            break
        answer = _ANSWERS.get(line.decode("utf-8", "replace").strip().lower())
        if answer is not None:
            return answer
        show("Please answer yes, no or never.\n" + _PROMPT)
    # The line that the prompt is on.
    show("\n")
    return None
