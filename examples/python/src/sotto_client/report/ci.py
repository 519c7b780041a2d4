"""Whether a CI job runs the program, by the rules of the npm package ci-info."""

from __future__ import annotations

from .civendors import VENDORS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

# What many CI systems set, and is a sign by itself.
_COMMON = (
    "BUILD_ID",
    "BUILD_NUMBER",
    "CI",
    "CI_APP_ID",
    "CI_BUILD_ID",
    "CI_BUILD_NUMBER",
    "CI_NAME",
    "CONTINUOUS_INTEGRATION",
    "RUN_ID",
)


def is_ci(environment: Mapping[str, str]) -> bool:
    """Tell whether it is CI. `CI=false` says no, whatever else is set."""
    if environment.get("CI") == "false":
        return False
    if any(environment.get(name) for name in _COMMON):
        return True
    return any(
        all(_holds(sign, environment) for sign in (signs if isinstance(signs, list) else [signs])) for signs in VENDORS
    )


def _holds(sign: Any, environment: Mapping[str, str]) -> bool:
    if isinstance(sign, str):
        return bool(environment.get(sign))
    if "env" in sign:
        return sign["includes"] in environment.get(sign["env"], "")
    if "any" in sign:
        return any(environment.get(name) for name in sign["any"])
    return all(environment.get(name) == value for name, value in sign.items())
