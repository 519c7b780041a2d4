"""The decision (docs/client-state.md, "Precedence"). Pure."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Mapping, Optional

    from .administrator import AdministratorWord
    from .record import Standing

# Who did not answer three times does not want to be asked.
MAX_QUESTIONS = 3

_ON = ("on", "1", "true", "yes")


class Decision:
    """Whether anything may be counted, sealed or sent.

    state is "granted", "denied", "undecided" or "debug"; rule names the line of the tables that decided; source is the
    file or variable that said so; covers is "all", "told" or "none" of the fields.
    """

    __slots__ = ("covers", "rule", "source", "state")

    def __init__(self, state: str, rule: str, source: str | None, covers: str = "none") -> None:
        self.state = state
        self.rule = rule
        self.source = source
        self.covers = covers


class Inputs:
    """All that a decision depends on. standing is None where consent.json cannot be used."""

    __slots__ = ("administrator", "consent_path", "environment", "is_ci", "mode", "noticed_now", "opt_out", "policy_path",
                 "project", "standing")

    def __init__(
        self,
        project: str,
        mode: str,
        administrator: AdministratorWord,
        environment: Mapping[str, str],
        opt_out: Callable[[], Optional[str]],
        standing: Standing | None,
        is_ci: Callable[[], bool],
        policy_path: str,
        consent_path: str | None,
        noticed_now: bool = False,
    ) -> None:
        self.project = project
        self.mode = mode
        self.administrator = administrator
        self.environment = environment
        self.opt_out = opt_out
        self.standing = standing
        self.is_ci = is_ci
        self.policy_path = policy_path
        self.consent_path = consent_path
        self.noticed_now = noticed_now


def decide(inputs: Inputs) -> Decision:
    """Decide. To be asked before counting, before sealing, before each query."""
    environment = inputs.environment
    if inputs.administrator.word == "off":
        return Decision("denied", "administrator", inputs.policy_path)
    if is_do_not_track(environment):
        return Decision("denied", "do-not-track", "DO_NOT_TRACK")
    voices = [("environment", "SOTTO_TELEMETRY"), ("project-environment", project_variable(inputs.project))]
    for rule, variable in voices:
        word = word_of(environment.get(variable))
        if word == "off":
            return Decision("denied", rule, variable)
        if word == "debug":
            return Decision("debug", rule, variable, "all")
    opt_out = inputs.opt_out()
    if opt_out is not None:
        return Decision("denied", "opt-out-file", opt_out)
    standing = inputs.standing
    if standing is None:
        # What cannot be read may have held a no.
        return Decision("denied", "stored-unusable", inputs.consent_path)
    if standing.host == "denied":
        return Decision("denied", "stored-host", inputs.consent_path)
    if standing.project == "denied":
        return Decision("denied", "stored-project", inputs.consent_path)
    grant = None
    if inputs.administrator.word == "on":
        grant = Decision("granted", "administrator", inputs.policy_path, "all")
    else:
        for rule, variable in voices:
            if word_of(environment.get(variable)) == "on":
                grant = Decision("granted", rule, variable, "all")
                break
    return _without_no(inputs, standing, grant)


def _without_no(inputs: Inputs, standing: Standing, grant: Decision | None) -> Decision:
    """Decide where nobody says off."""
    path = inputs.consent_path
    if grant is None and inputs.is_ci():
        return Decision("undecided", "ci", None)
    if inputs.noticed_now:
        return Decision("undecided", "notice-shown-now", None)
    if standing.project == "granted":
        return Decision("granted", "stored-project", path, "told")
    if standing.host == "granted" and standing.noticed is not None:
        return Decision("granted", "stored-host", path, "told")
    if grant is not None:
        return grant
    if standing.host == "granted":
        return Decision("undecided", "notice-due", None)
    if inputs.mode == "notice":
        if standing.noticed is None:
            return Decision("undecided", "notice-due", None)
        return Decision("granted", "notice", path, "told")
    return Decision("undecided", "question-due" if standing.asked < MAX_QUESTIONS else "questions-spent", None)


def is_do_not_track(environment: Mapping[str, str]) -> bool:
    """Tell whether DO_NOT_TRACK asks for silence: set, and not empty, 0 or false."""
    value = environment.get("DO_NOT_TRACK", "").strip(" \t\n\v\f\r").lower()
    return value not in ("", "0", "false")


def project_variable(project: str) -> str:
    """Return the variable that speaks for one project: left-pad has LEFT_PAD_TELEMETRY."""
    return project.upper().replace("-", "_") + "_TELEMETRY"


def word_of(value: Optional[str]) -> str | None:
    """Read a variable. Whoever sets it to something unknown, or to nothing, more likely wants silence than not."""
    if value is None:
        return None
    word = value.strip(" \t\n\v\f\r").lower()
    if word in _ON:
        return "on"
    return "debug" if word == "debug" else "off"
