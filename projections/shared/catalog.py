"""Every read model of Daybook, read off the package: what a context's module declares at its top is one."""

from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

import projections
from projections.shared.projection import Projection


def read_models_of(package: ModuleType) -> tuple[Projection, ...]:
    """The read models that the modules of a package declare, by name."""
    found = {
        id(each): each
        for module in walk_packages(package.__path__, f"{package.__name__}.")
        for each in vars(import_module(module.name)).values()
        if isinstance(each, Projection)
    }
    return tuple(sorted(found.values(), key=lambda each: each.name))


PROJECTIONS = read_models_of(projections)
