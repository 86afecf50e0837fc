"""What contexts export: a registry is read off the tree, so that nothing has to be entered anywhere by hand."""

from importlib import import_module
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def exported(layer: str, module: str, kind: type[T]) -> tuple[T, ...]:
    """Whatever of this type stands in the modules of this name, one for each context of the layer that has it.

    Contexts come by their names, what one exports in its order. Nothing else of a context is imported.
    """
    folders = [Path(folder) for folder in import_module(layer).__path__]
    contexts = sorted(file.parent.name for home in folders for file in home.glob(f"*/{module}.py"))
    modules = [import_module(f"{layer}.{context}.{module}") for context in contexts]
    return tuple(it for found in modules for it in vars(found).values() if isinstance(it, kind))
