"""Who may import whom: ADR 1 and ADR 18, read off the tree and the source; and what a process imports in all."""

import ast
import re
import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.supply.locks import locks

ROOT = Path(__file__).parents[2]
LAYERS = ("domain", "application", "projections", "infrastructure", "interfaces")

MAY_IMPORT = {
    "domain": {"domain", "idna", "msgspec"},
    "application": {"application", "domain", "msgspec"},
    "projections": {"projections", "application.shared.ports", "domain", "msgspec", "sqlalchemy"},
}

# The processes: only these compose the application out of its settings.
ENTRY_POINTS = (
    "interfaces/cli/",
    "interfaces/api.py",
    "interfaces/bounces.py",
    "interfaces/mailbox.py",
    "interfaces/projector.py",
    "interfaces/worker.py",
)

# Where contexts lie side by side; beside them only `shared`, and what joins contexts or is no part of any.
HOMES = (
    "domain",
    "application",
    "projections",
    "infrastructure",
    "interfaces.http",
    "interfaces.cli",
)
JOINERS = {
    "application.etl": "the pipeline, which is a way into the imports",
    "application.workflows.files": "the files of forms, which are imported as files are everywhere",
    "infrastructure.workflows.composition": "workflows beside the imports that they hand files to",
    "infrastructure.etl": "the same: files are read as imports read them",
    "interfaces.http.etl": "the same: how fresh it is shows in the runs",
    "interfaces.cli.etl": "the same: it tells what an import did",
    "application.policies": "which event leads to which reaction",
    "infrastructure.backups": "copies of everything",
    "infrastructure.bootstrap": "the composition root",
    "infrastructure.demo": "people of banks, to sign in as",
    "infrastructure.embedded": "servers on one machine",
    "infrastructure.migrations": "the schema",
    "infrastructure.retention": "how long rows of every context are kept",
    "infrastructure.archives": "old ranges of the log as a whole",
    "infrastructure.moving": "a log and all that belongs to it, from one server to another",
    "infrastructure.tracing": "where the spans of every process are sent",
    "interfaces.http.asyncapi": "the events of every context, as they are followed",
    "interfaces.http.event_catalogue": "the events of every context, what leads to them and who takes them in",
    "interfaces.http.app": "the routes of every context",
    "interfaces.cli.__main__": "the command line",
    "interfaces.cli.archives": "old ranges of the log as a whole",
    "interfaces.cli.backups": "copies of everything",
    "interfaces.cli.moving": "a log and all that belongs to it, from one server to another",
    "interfaces.cli.samples": "the samples of every context",
    "interfaces.cli.up": "every process on one machine",
}


@cache
def _sources() -> dict[str, Path]:
    """Every module of the product by its dotted name, packages by that of the folder."""
    found = {}
    for layer in LAYERS:
        for path in sorted((ROOT / layer).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def _imports(name: str) -> frozenset[str]:
    """Every module of the product or another that a module imports, wherever in the file it does so."""
    found = set()
    for node in ast.walk(ast.parse(_sources()[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: imports are absolute"
            submodules = {f"{node.module}.{alias.name}" for alias in node.names} & set(_sources())
            found.update(submodules or {node.module or ""})
    return frozenset(found)


def _is_within(module: str, allowed: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in allowed)


def _home_and_context(module: str) -> tuple[str, str] | None:
    """Where a module lies among the contexts: its home and the name beside it, `shared` included."""
    for home in HOMES:
        if module.startswith(f"{home}."):
            return home, module.removeprefix(f"{home}.").split(".")[0]
    return None


def contexts() -> set[str]:
    """The contexts: whatever lies beside `shared` in some layer and joins nothing."""
    found = set()
    for module in _sources():
        place = _home_and_context(module)
        if place and place[1] != "shared" and f"{place[0]}.{place[1]}" not in JOINERS:
            found.add(place[1])
    return found - {"http", "cli"}


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_inner_layers_know_nothing_of_the_outer_ones(layer: str) -> None:
    """ADR 1: the domain is pure, use cases see ports, read models see no infrastructure."""
    allowed = MAY_IMPORT[layer] | set(sys.stdlib_module_names)
    wrong = [
        f"{module} imports {imported}"
        for module in _sources()
        if _is_within(module, {layer})
        for imported in sorted(_imports(module))
        if not _is_within(imported, allowed)
    ]
    assert wrong == []


def test_infrastructure_knows_no_interface() -> None:
    """ADR 1: an adapter serves every interface alike."""
    wrong = [
        f"{module} imports {imported}"
        for module in _sources()
        if _is_within(module, {"infrastructure"})
        for imported in _imports(module)
        if _is_within(imported, {"interfaces"})
    ]
    assert wrong == []


def test_interfaces_reach_infrastructure_through_the_composition_root() -> None:
    """ADR 1: only the process entry points compose; the others are handed what they use."""
    wrong = [
        f"{module} imports {imported}"
        for module, path in _sources().items()
        if _is_within(module, {"interfaces"})
        and not str(path.relative_to(ROOT)).startswith(ENTRY_POINTS)
        for imported in _imports(module)
        if _is_within(imported, {"infrastructure"})
    ]
    assert wrong == []


def _foreign(module: str, imported: str) -> bool:
    """Whether an import leads from machinery to a context, or from one context to another where it must not."""
    here, there = _home_and_context(module), _home_and_context(imported)
    if here is None or there is None or _joins(module) or _joins(imported) or there[1] == "shared":
        return False
    if here[1] == "shared":
        return True
    if here[1] == there[1]:
        return False
    # A use case may rest on the rules of another context, and a read model may show another's events.
    return not (here[0] in ("application", "projections") and there[0] == "domain")


def _joins(module: str) -> bool:
    return _is_within(module, set(JOINERS))


def test_contexts_meet_only_where_they_may() -> None:
    """ADR 18: machinery imports no context; contexts import machinery, themselves, and perhaps others' domain."""
    wrong = sorted(
        f"{module} imports {imported}"
        for module in _sources()
        for imported in _imports(module)
        if _foreign(module, imported)
    )
    assert wrong == []


def test_no_imports_go_round_in_a_circle() -> None:
    """ADR 18: what two modules need of each other belongs into a third; a type that is only named counts as well."""
    graph = {module: _imports(module) & set(_sources()) - {module} for module in _sources()}
    assert [sorted(circle) for circle in _circles(graph)] == []


def _circles(graph: dict[str, frozenset[str]]) -> list[set[str]]:
    """The strongly connected parts of more than one module (Tarjan, 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph[node]:
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            part = set(stack[stack.index(node) :])
            del stack[stack.index(node) :]
            if len(part) > 1:
                found.append(part)

    for node in graph:
        if node not in index:
            visit(node)
    return found


@pytest.mark.parametrize("context", sorted(contexts()))
def test_a_context_is_told_from_machinery_by_where_it_lies(context: str) -> None:
    """ADR 18: `git ls-files '*expenses*'` shows the whole of a context, one name in every layer."""
    homes = {home for home in HOMES if f"{home}.{context}" in _sources()}
    assert homes & {"projections", "domain"}, f"{context} has neither facts nor a read model"


PROCESSES = ("api", "projector", "worker", "mailbox")
LOOKED_FOR = {
    "annotated-types": "by litestar, which asks nothing of it but its types",
    "rfc3339-validator": "by jsonschema, for formats, which nobody here has checked",
    "setuptools": "what installs Daybook, from requirements-bootstrap.txt",
}
"""What libraries take if it is there, in no time."""


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_takes_nothing_that_only_the_tests_have(name: str) -> None:
    """What is there for the tests may add a thing to a library of the product, and seconds to each start."""
    code = (
        f"import sys, interfaces.{name}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    )
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = packages_distributions()
    taken = {
        canonical(each)
        for module in loaded.split()
        for each in set(found.get(module, ())) - {"daybook"}
    }
    (lock,) = [lock for lock in locks() if lock.name == "requirements.txt"]
    delivered = {canonical(each.name) for each in lock.packages()}
    assert len(taken) > 20
    assert taken - delivered - LOOKED_FOR.keys() == set()


def canonical(name: str) -> str:
    """The name of a distribution as it is compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
