"""A project as it stands at a moment: what it collects, and whether it may. Makes nothing, and never raises."""

from __future__ import annotations

from ..consent.canonical import covered_by, field_sums
from ..consent.deciding import decide_now
from ..definition.checking import DefinitionError, checked_definition
from ..definition.model import Definition
from ..installation.definitioncopy import DefinitionCopy, read_definition_copy
from ..installation.folder import installation_place
from ..spool.zones import Zones, is_stopped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..state.places import Place
    from .world import Run


class ProjectNow:
    """decision is "granted", "denied", "undecided" or "debug"; covered has "<report>.<field>" that may be told."""

    __slots__ = ("copy", "covered", "decision", "definition", "folder", "name")

    def __init__(
        self, name: str, folder: Place, definition: Definition, copy: DefinitionCopy, decision: str,
        covered: frozenset[str],
    ) -> None:
        self.name = name
        self.folder = folder
        self.definition = definition
        self.copy = copy
        self.decision = decision
        self.covered = covered

    def stopping_zones(self, zones: Zones) -> list[str]:
        """Return the zones of its definition that ask it to be silent."""
        return [zone.name for zone in self.definition.zones if is_stopped(zones.policies.get(zone.name), self.name)]

    def is_stopped(self, zones: Zones) -> bool:
        """Tell whether a zone asks it to be silent, or did when it was last seen to."""
        return self.copy.stopped is not None or bool(self.stopping_zones(zones))


def folder_in(run: Run, name: str) -> Place:
    """Return the folder of a project's installation."""
    return installation_place(run.state, run.binding, name)


def project_now(run: Run, name: str) -> ProjectNow | None:
    """Look a project up and decide about it anew; None when it has no definition here that can be used."""
    folder = folder_in(run, name)
    copy = read_definition_copy(folder)
    if copy is None:
        return None
    try:
        definition = checked_definition(copy.raw)
    except DefinitionError:
        return None
    if definition.project != name:
        return None
    decided = decide_now(run.world, name, definition.consent)
    covered: frozenset[str] = frozenset()
    if decided.decision.covers == "all":
        covered = frozenset(definition.field_ids())
    elif decided.decision.covers == "told" and decided.standing is not None:
        covered = covered_by(field_sums(definition), decided.standing.told)
    return ProjectNow(name, folder, definition, copy, decided.decision.state, covered)
