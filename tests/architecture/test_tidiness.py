"""A few rules that keep the tree easy to read; each failure names what to change."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAYERS = ("domain", "application", "projections", "infrastructure", "interfaces")
MODULES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 450

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            yield node


def test_functions_fit_on_a_screen() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"
        for path in MODULES
        for function in _functions(path)
        if (function.end_lineno or 0) - function.lineno >= FUNCTION_LINES_MAX
    ]
    assert too_long == []


def test_files_are_short_enough_to_be_read_at_once() -> None:
    too_long = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if len(path.read_text(encoding="utf-8").splitlines()) > FILE_LINES_MAX
    ]
    assert too_long == []


def test_what_is_public_says_what_it_is() -> None:
    """Modules, classes and functions that others may use carry a docstring; a layer's own `__init__` may be empty.

    What a method does that overrides one of a port is said there.
    """
    silent = [
        f"{path.relative_to(ROOT)}: {name}" for path in MODULES for name in _without_docstring(path)
    ]
    assert silent == []


def _without_docstring(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if tree.body and not ast.get_docstring(tree):
        yield "the module"
    for node in tree.body:
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                yield node.name
            if isinstance(node, ast.ClassDef):
                yield from _methods_without_docstring(path, node)


def _methods_without_docstring(path: Path, node: ast.ClassDef) -> Iterator[str]:
    for method in node.body:
        if isinstance(method, Function) and not method.name.startswith("_"):
            overrides = any(
                ast.unparse(mark).endswith("override") for mark in method.decorator_list
            )
            if not (
                ast.get_docstring(method)
                or overrides
                or _is_said_by_a_base(path, node, method.name)
            ):
                yield f"{node.name}.{method.name}"


def _is_said_by_a_base(path: Path, node: ast.ClassDef, method: str) -> bool:
    if not node.bases:
        return False
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    own = getattr(import_module(module), node.name)
    return any(getattr(vars(base).get(method), "__doc__", None) for base in own.__mro__[1:])


def test_the_domain_has_no_floats() -> None:
    """Money and usage are exact (ADR 0005)."""
    used = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "domain").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]
    assert used == []


def test_nothing_happens_on_import() -> None:
    """What a module does at import is to define; calls at the top level only build constants.

    A connection, a thread or a file opened there would be made in every process, wanted or not.
    """
    starting = {"connect", "create_engine", "create_async_engine", "Thread", "open", "run", "Popen"}
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        if path.name not in ("env.py", "__main__.py")
        for statement in ast.parse(path.read_text(encoding="utf-8")).body
        if not isinstance(statement, ast.ClassDef | Function | ast.If)
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and _called(node) in starting
    ]
    assert wrong == []


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func).rsplit(".", 1)[-1]


def test_a_name_means_one_class() -> None:
    """Words have one meaning each (docs/glossary.md): who reads a class's name knows which one it is."""
    places: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_lock_files_hold_no_addresses() -> None:
    """Versions and hashes are enough; where a package comes from is said where it is installed."""
    locks = [*ROOT.glob("requirements*.txt"), *ROOT.glob("tests/*/package-lock.json")]
    locks += [*ROOT.glob("tests/*/requirements.txt"), *ROOT.glob("interfaces/*/requirements.txt")]
    assert len(locks) >= 7
    assert not [path.name for path in locks if "://" in path.read_text(encoding="utf-8")]
