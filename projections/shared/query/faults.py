"""Collecting what is wrong with a query, so that one answer names all of it."""

from collections.abc import Sequence

from domain.shared.errors import Fault, Malformed, nearest

_GOT_LENGTH_MAX = 200


class Faults:
    """The faults found so far in the parameters of one query."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def add(
        self,
        parameter: str,
        detail: str,
        *,
        code: str,
        got: str | None = None,
        expected: str | Sequence[str] | None = None,
    ) -> None:
        """Note one fault. `expected` is a sentence, or the names that are allowed, of which the nearest is told."""
        names = expected if isinstance(expected, (list, tuple)) else ()
        self._found.append(
            Fault(
                parameter=_shortened(parameter),
                detail=detail,
                code=code,
                got=None if got is None else _shortened(got),
                expected=list(names) or expected,
                nearest=nearest(_shortened(got), names) if got else None,
            )
        )

    def unreadable(self, parameter: str, got: str, expected: str | Sequence[str]) -> None:
        """Note that a value cannot be read."""
        wanted = expected if isinstance(expected, str) else f"one of {', '.join(expected)}"
        detail = f"{parameter} is {_shortened(got)!r}; {wanted} was expected"
        self.add(parameter, detail, code="bad_value", got=got, expected=expected)

    def are_names(
        self, parameter: str, names: Sequence[str], known: Sequence[str], most: int, **unknown: str
    ) -> bool:
        """Note names that are unknown or come twice; False, and no more is noted, if there are more than `most`.

        `unknown` has the `code` of a name that is not known, and what `cannot` be done with it.
        """
        if len(names) > most:
            limit = f"at most {most} names"
            detail = f"{parameter} has {len(names)} names; {limit} were expected"
            self.add(parameter, detail, code="too_many", expected=limit)
            return False
        for name in names:
            if name not in known:
                told = f"{unknown['cannot']} {name!r}; one of {', '.join(known)} was expected"
                self.add(parameter, told, code=unknown["code"], got=name, expected=list(known))
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.add(parameter, f"{parameter} names {name} twice", code="repeated", got=name)
        return True

    def check(self) -> None:
        """Go on only if nothing is wrong.

        Raises:
            Malformed: something is (code `invalid_query`, one fault per thing).
        """
        if self._found:
            more = len(self._found) - 1
            others = f" (and {more} more, see errors)" if more else ""
            raise Malformed(
                self._found[0].detail + others, code="invalid_query", faults=self._found
            )


def _shortened(text: str) -> str:
    shown = text.encode(errors="backslashreplace").decode()
    return shown if len(shown) <= _GOT_LENGTH_MAX else shown[:_GOT_LENGTH_MAX] + "…"
