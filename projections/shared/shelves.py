"""Where a version of a read model is kept: versions stand side by side until those that are not needed are retired."""

from dataclasses import dataclass

from projections.shared.projection import READ_SCHEMA


@dataclass(frozen=True)
class Shelf:
    """The place of one version: the usual one, or one beside it while another version has that."""

    projection: str
    version: int
    is_beside: bool = False
    shard: str = ""
    """Of a copy that several processes fill: whose part this is, `1/4` say."""

    @property
    def key(self) -> str:
        """The name of its checkpoint, of its locks, and of its follower's signs of life."""
        key = f"{self.projection}@{self.version}" if self.is_beside else self.projection
        return f"{self.shard}:{key}" if self.shard else key

    @property
    def schema(self) -> str:
        """The PostgreSQL schema of its tables."""
        return f"{READ_SCHEMA}_v{self.version}" if self.is_beside else READ_SCHEMA

    @property
    def name(self) -> str:
        """The version as the sessions that read it call it, wherever it is kept."""
        return f"{self.projection}@{self.version}"

    def scratch(self, purpose: str) -> str:
        """The schema in which it is built (`build`) or verified (`verify`), beside the live one."""
        return f"{purpose}_{self.key.replace('@', '_v')}"


def shelf_of(projection: str, version: int, there: int | None) -> Shelf:
    """Where a version is kept, or is to be: `there` is the one that has the usual place; None if it is free."""
    return Shelf(projection, version, is_beside=there not in (None, version))


def kept_under(key: str, version: int) -> Shelf:
    """The shelf of a checkpoint."""
    projection, _, beside = key.partition("@")
    return Shelf(projection, version, is_beside=bool(beside))
