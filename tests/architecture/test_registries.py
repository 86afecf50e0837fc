"""Registries are read off the tree: whatever of a registered type stands in some module is found by its registry."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import pytest

import application
import infrastructure
from application.shared.import_kinds import ImportKind, import_kinds
from application.shared.proposals import ProposalKind, proposal_kinds
from application.shared.recordables import Recordable, recordables
from application.shared.samples import SampleFile, SamplePeople, sample_files, sample_people
from application.workflows.step_types import StepType, step_types
from domain.imports import ImportReverted
from domain.shared import exports
from projections.shared.catalog import PROJECTIONS

REGISTRIES: dict[type, tuple[str, Callable[[], Sequence[Any]]]] = {
    ImportKind: (application.__name__, import_kinds),
    ProposalKind: (application.__name__, lambda: [*proposal_kinds().values()]),
    Recordable: (application.__name__, lambda: [*recordables().values()]),
    StepType: (application.__name__, lambda: [*step_types().values()]),
    SampleFile: (infrastructure.__name__, sample_files),
    SamplePeople: (infrastructure.__name__, sample_people),
}


@pytest.mark.parametrize("of", REGISTRIES, ids=lambda of: of.__name__)
def test_a_registry_finds_all_there_is(of: type) -> None:
    layer, registered = REGISTRIES[of]
    modules = [
        import_module(name)
        for name in exports.modules(layer)
        if not name.startswith("infrastructure.migrations.")  # scripts that alembic runs
    ]
    found = [it for module in modules for it in vars(module).values() if isinstance(it, of)]
    assert {id(it) for it in found} == {id(it) for it in registered()}
    assert found


@pytest.mark.parametrize("kind", import_kinds(), ids=lambda kind: kind.name)
def test_what_is_imported_leaves_every_table_when_its_run_is_reverted(
    kind: ImportKind[Any],
) -> None:
    tables = [table for model in PROJECTIONS for table in model.tables if kind.event in table.folds]
    assert tables
    assert [it.table.name for it in tables if ImportReverted not in it.everywhere] == []
