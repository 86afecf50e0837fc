"""Finding one row by what stands in its address: its key, or its uid."""

from uuid import UUID

from domain.shared.errors import Fault, Malformed
from projections.shared.query.fields import Collection, Field
from projections.shared.query.sql import Expression, bound
from projections.shared.query.values import EXPECTED, read_value


def identify(collection: Collection, identity: int | str | UUID) -> tuple[Field, Expression]:
    """The field that `identity` is a value of, and that value.

    Raises:
        Malformed: it is written neither like the key nor like the uid (code `bad_value`, parameter `id`).
    """
    candidates = [collection.by_name[name] for name in (collection.uid, collection.key) if name]
    # The UUID first: a key may be of any type, text too.
    for field in candidates:
        try:
            return field, bound(field.type, read_value(field.type, str(identity)))
        except ValueError:
            continue
    expected = " or ".join(EXPECTED[field.type] for field in reversed(candidates))
    detail = f"{str(identity)[:100]!r} names no record; {expected} was expected"
    fault = Fault(
        parameter="id", detail=detail, code="bad_value", got=str(identity)[:200], expected=expected
    )
    raise Malformed(detail, code="bad_value", faults=[fault])
