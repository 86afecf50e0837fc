"""Derived ids: stable, distinct, and well-formed."""

from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.shared.ids import anew, derived

parts = st.lists(st.text(max_size=5), max_size=3)


@given(parts, parts)
def test_only_the_same_parts_give_the_same_id(one: list[str], other: list[str]) -> None:
    assert (derived("test", *one) == derived("test", *other)) == (one == other)


def test_an_id_is_a_uuid_of_version_8_and_never_changes() -> None:
    uid = derived("payment", UUID(int=1), "x")
    assert (uid.version, uid.variant) == (8, RFC_4122)
    assert uid == derived("payment", str(UUID(int=1)), "x")
    assert str(uid) == "3765eeb0-c254-8b81-9431-300902620fb2"


def test_what_is_recorded_anew_has_a_uid_of_its_own() -> None:
    # Pinned: the log holds them, and the bulk append makes them in SQL.
    first = anew(UUID(int=1), UUID(int=2))
    assert str(first) == "c898aa8e-360a-8ae8-a949-75f95ec6bfeb"
    assert len({first, anew(first, UUID(int=2)), anew(UUID(int=1), UUID(int=3))}) == 3
