"""Reading JSON member by member, and noting what is wrong at its place."""

from __future__ import annotations

from ..state.jsontext import is_json_number, whole_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Hashable, Sequence

_MISSING = object()


class Place:
    """A value and where it stands. Problems are shared by all places of one text."""

    __slots__ = ("path", "problems", "value")

    def __init__(self, value: Any, path: str, problems: list[str] | None = None) -> None:
        self.value = value
        self.path = path
        self.problems: list[str] = [] if problems is None else problems

    @property
    def is_given(self) -> bool:
        """Whether there is a value."""
        return self.value is not _MISSING

    def refuse(self, message: str) -> None:
        """Note what is wrong here."""
        self.problems.append(f"{self.path} {message}".lstrip())

    def text(self, message: str, is_right: Callable[[str], bool], optional: bool = False) -> str | None:
        """Read a text."""
        if isinstance(self.value, str) and is_right(self.value):
            text: str = self.value
            return text
        self._wrong(message, optional)
        return None

    def number(self, message: str, is_right: Callable[[float], bool], optional: bool = False) -> None:
        """Read a number."""
        if not is_json_number(self.value) or not is_right(self.value):
            self._wrong(message, optional)

    def whole(self, message: str, least: int, most: int, optional: bool = False) -> None:
        """Read a whole number."""
        if not self.is_given or whole_of(self.value, least, most) is None:
            self._wrong(message, optional)

    def items(self, message: str, least: int, most: int, optional: bool = False) -> list[Place]:
        """Read a list."""
        if not isinstance(self.value, list) or not least <= len(self.value) <= most:
            self._wrong(message, optional)
            return []
        return [Place(item, f"{self.path}[{at}]", self.problems) for at, item in enumerate(self.value)]

    def members(self, message: str, names: Sequence[str]) -> dict[str, Place] | None:
        """Read an object of known members. One that is not known is refused: it may be a mistyped `epsilon`."""
        if not isinstance(self.value, dict):
            self._wrong(message, False)
            return None
        for name in self.value:
            if name not in names:
                self._member(name).refuse("is not known here")
        return {name: self._member(name) for name in names}

    def named(
        self, message: str, least: int, most: int, is_name: Callable[[str], bool], optional: bool = False
    ) -> list[tuple[str, Place]]:
        """Read an object whose members have names of their own."""
        if not isinstance(self.value, dict) or not least <= len(self.value) <= most:
            self._wrong(message, optional)
            return []
        members = [(name, self._member(name)) for name in self.value]
        for name, place in members:
            if not is_name(name):
                place.refuse("has a name that is not one")
        return members

    @staticmethod
    def refuse_repeated(found: Sequence[tuple[Place, Hashable | None]], message: str = "is listed already") -> None:
        """Note what stands twice; None is nothing."""
        seen: set[Hashable] = set()
        for place, value in found:
            if value in seen:
                place.refuse(message)
            if value is not None:
                seen.add(value)

    def _member(self, name: str) -> Place:
        shown = name or '""'
        path = f"{self.path}.{shown}" if self.path else shown
        return Place(self.value.get(name, _MISSING), path, self.problems)

    def _wrong(self, message: str, optional: bool) -> None:
        if self.is_given:
            self.refuse(message)
        elif not optional:
            self.refuse("is missing: " + message.removeprefix("is "))
