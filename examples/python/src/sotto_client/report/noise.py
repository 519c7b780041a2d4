"""Drawing at random: noise, rotation, samples (docs/client-state.md, "Noise and rotation")."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    Random = Callable[[int], bytes]

# The denominator of a probability.
CERTAIN = 1 << 64

# Binary places in which probabilities are computed: math.exp differs from system to system in its last place.
_PLACES = 128

# A true source never refuses so often (2^-128); a broken one must not hang the application.
_MAX_REFUSED = 128


def uniform_below(limit: int, random: Random) -> int:
    """Draw a whole number from 0 to limit - 1; of 1 nothing is read."""
    if limit == 1:
        return 0
    fair = 256 - 256 % limit
    octet = 0
    for _ in range(_MAX_REFUSED):
        octet = random(1)[0]
        if octet < fair:
            break
    return octet % limit


def happens(numerator: int, random: Random) -> bool:
    """Tell whether something of probability numerator / 2^64 happens."""
    return int.from_bytes(random(8), "big") < numerator


def is_job_drawn(ci_sample: float, random: Random) -> bool:
    """Tell whether a CI job reports a window."""
    numerator, denominator = ci_sample.as_integer_ratio()
    return happens(numerator * CERTAIN // denominator, random)


def keep_numerator(epsilon: float, answers: int) -> int:
    """Return the probability with which the true one of k answers is kept, times 2^64: e^ε / (e^ε + k - 1)."""
    numerator, denominator = epsilon.as_integer_ratio()
    argument = (numerator << _PLACES) // denominator
    term = one = 1 << _PLACES
    kept = 0
    step = 1
    while term > 0:
        kept += term
        term = (term * argument >> _PLACES) // step
        step += 1
    return kept * CERTAIN // (kept + (answers - 1) * one)


def randomised_response(truth: int, answers: int, epsilon: float, random: Random) -> int:
    """Answer at random to the degree that epsilon asks for; answers are numbered from 0."""
    if happens(keep_numerator(epsilon, answers), random):
        return truth
    other = uniform_below(answers - 1, random)
    return other if other < truth else other + 1


def draw_between(least: int, most: int, random: Random) -> int:
    """Draw a whole number, by four octets."""
    return least + (int.from_bytes(random(4), "big") * (most - least + 1) >> 32)
