"""Who may import whom: the table of docs/architecture.md and ADR 0001, read off the source."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ("domain", "application", "projections", "infrastructure", "interfaces")

MAY_IMPORT = {
    "domain": {"domain", "msgspec"},
    "application": {"application", "domain", "msgspec"},
    "projections": {"projections", "application.ports", "domain", "msgspec", "sqlalchemy"},
}

# The processes: only these compose the application out of its settings.
ENTRY_POINTS = (
    "interfaces/cli/",
    "interfaces/api.py",
    "interfaces/mailbox.py",
    "interfaces/projector.py",
    "interfaces/worker.py",
)

CONTEXTS = ("banks", "expenses", "identity", "imports", "payments", "reimbursements")


def _modules(layer: str) -> list[Path]:
    return sorted((ROOT / layer).rglob("*.py"))


def _imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""


def _is_within(module: str, allowed: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in allowed)


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_inner_layers_know_nothing_of_the_outer_ones(layer: str) -> None:
    """ADR 0001: the domain is pure, use cases see ports, read models see no infrastructure."""
    allowed = MAY_IMPORT[layer] | set(sys.stdlib_module_names)
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in _modules(layer)
        for module in _imports(path)
        if not _is_within(module, allowed)
    ]
    assert wrong == []


def test_infrastructure_knows_no_interface() -> None:
    """ADR 0001: an adapter serves every interface alike."""
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in _modules("infrastructure")
        for module in _imports(path)
        if _is_within(module, {"interfaces"})
    ]
    assert wrong == []


def test_interfaces_reach_infrastructure_through_the_composition_root() -> None:
    """ADR 0001: only the process entry points compose; the others are handed what they use."""
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in _modules("interfaces")
        if not str(path.relative_to(ROOT)).startswith(ENTRY_POINTS)
        for module in _imports(path)
        if _is_within(module, {"infrastructure"})
    ]
    assert wrong == []


@pytest.mark.parametrize("context", CONTEXTS)
def test_contexts_of_the_domain_do_not_know_each_other(context: str) -> None:
    """ADR 0001: contexts share `money`, `events` and `errors`, and meet in the application."""
    others = {f"domain.{other}" for other in CONTEXTS if other != context}
    imported = {
        module
        for path in _modules("domain")
        if path.stem == context or context in path.parts
        for module in _imports(path)
    }
    assert imported.isdisjoint(others)


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("layer", ["domain", "application", "projections", "interfaces/http"])
def test_a_context_has_the_same_name_in_every_layer(context: str, layer: str) -> None:
    """ADR 0001: `git ls-files '*expenses*'` shows the whole bounded context."""
    module = ROOT / layer / context
    assert module.with_suffix(".py").exists() or (module / "__init__.py").exists()
