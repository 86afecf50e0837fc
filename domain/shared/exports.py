"""What contexts export, read off the tree: a registry that nobody has to keep."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, TypeVar

T = TypeVar("T")


def exported(home: str, name: str, *, part: str = "") -> Iterator[Any]:
    """What the modules of the contexts in the package `home` hold under `name`, in the order of the modules' names.

    With `part`, only modules of that name within a context are looked at, and no other is imported. A tuple or list
    stands for its members.
    """
    for module in modules(home):
        if not part or module.endswith(f".{part}"):
            found = vars(import_module(module)).get(name, ())
            yield from found if isinstance(found, tuple | list) else (found,)


@cache
def declared(home: str, kind: type[T]) -> tuple[T, ...]:
    """Whatever of this kind stands at the top of the contexts' modules, each once, in the order of their names.

    What a module keeps to itself (`_name`) is not declared.
    """
    found = {
        id(each): each
        for module in modules(home)
        for name, each in vars(import_module(module)).items()
        if isinstance(each, kind) and not name.startswith("_")
    }
    return tuple(found.values())


@cache
def load(home: str) -> None:
    """Import every module of the contexts in the package `home`, for what they register by being there."""
    for module in modules(home):
        import_module(module)


def modules(home: str) -> tuple[str, ...]:
    """The names of the contexts' modules in the package `home`, in their order."""
    return _modules(home, tuple(import_module(home).__path__))


@cache
def _modules(home: str, folders: tuple[str, ...]) -> tuple[str, ...]:
    # Once for each tree: whatever asks for all that contexts export would look through the folders again.
    every = (module for folder in folders for module in _below(home, Path(folder)))
    return tuple(sorted(it for it in every if not f"{it}.".startswith(f"{home}.shared.")))


def _below(package: str, folder: Path) -> Iterator[str]:
    # Found without importing: a package of a context may be heavy, and not asked for.
    for _, name, is_package in iter_modules([str(folder)]):
        yield f"{package}.{name}"
        if is_package:
            yield from _below(f"{package}.{name}", folder / name)
