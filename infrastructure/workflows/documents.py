"""Documents of workflows, read from YAML with the lines of their parts.

A document is data: only the plain types of JSON, numbers exact, no tags. It has 256 KiB at most, 20,000 parts and 32
levels, those of aliases counted each time that they stand for theirs, so that no document grows while it is read.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from application.workflows.ports import WorkflowDocument
from domain.shared.errors import Malformed
from domain.workflows.definitions import Flaw

SIZE_MAX, PARTS_MAX, LEVELS_MAX = 256 * 1024, 20_000, 32
_TAG = "tag:yaml.org,2002:"


def documents(*folders: Path) -> Sequence[WorkflowDocument]:
    """The documents (`*.yaml`, `*.yml`) of these folders, in the order of their names.

    Raises:
        Malformed: one cannot be read (`bad_workflow`); the detail names file, line and pointer.
    """
    return [read_document(path) for path in paths_of(*folders)]


def paths_of(*places: Path) -> Sequence[Path]:
    """Where the documents are of these folders, and these files."""
    return [
        path
        for place in places
        for path in (sorted(place.iterdir()) if place.is_dir() else [place])
        if path.suffix in (".yaml", ".yml") or not place.is_dir()
    ]


def read_document(path: Path) -> WorkflowDocument:
    """The document in a file; raises as `documents`."""
    try:
        with path.open("rb") as file:
            return _document(str(path), file.read(SIZE_MAX + 1))
    except OSError as error:
        raise _refused(str(path), 1, "", f"it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _refused(str(path), 1, "", "it is not UTF-8") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise _refused(str(path), line, "", f"it is not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise _refused(str(path), 1, "", f"it is not YAML: {error}") from None
    except _Wrong as wrong:
        raise _refused(str(path), wrong.line, wrong.pointer, wrong.detail) from None


class _Wrong(Exception):
    def __init__(self, line: int, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.line, self.pointer, self.detail = line, pointer, detail


def _refused(file: str, line: int, pointer: str, detail: str) -> Malformed:
    at = WorkflowDocument(file=file, values={}, lines={pointer: line})
    return Malformed(at.told(Flaw(pointer, detail)), code="bad_workflow")


def _document(file: str, data: bytes) -> WorkflowDocument:
    if len(data) > SIZE_MAX:
        raise _Wrong(1, "", f"it has more than {SIZE_MAX} bytes")
    text = data.decode()
    _check_levels(text)
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(node, yaml.MappingNode):
        raise _Wrong(1, "", "a mapping with name, version, title and steps was expected")
    reading = _NodeReading()
    values = reading.value(node, "", 0)
    return WorkflowDocument(file=file, values=values, lines=reading.lines)


def _check_levels(text: str) -> None:
    """Refuse what is too deep before it is composed, which goes down level by level."""
    level = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            level += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            level -= 1
        if level > LEVELS_MAX:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise _Wrong(line, "", f"it has more than {LEVELS_MAX} levels")


class _NodeReading:
    """Makes values of nodes, and keeps on which line each began."""

    def __init__(self) -> None:
        self.lines = dict[str, int]()
        self._parts = 0

    def value(self, node: yaml.Node, pointer: str, level: int) -> Any:
        line = node.start_mark.line + 1
        self._parts += 1
        if self._parts > PARTS_MAX or level > LEVELS_MAX:
            raise _Wrong(line, pointer, "it grows too large by its aliases")
        self.lines.setdefault(pointer, line)
        if isinstance(node, yaml.MappingNode):
            return dict(self._members(node, pointer, level))
        if isinstance(node, yaml.SequenceNode):
            return [
                self.value(each, f"{pointer}/{place}", level + 1)
                for place, each in enumerate(node.value)
            ]
        return _scalar(node, line, pointer)

    def _members(
        self, node: yaml.MappingNode, pointer: str, level: int
    ) -> Iterator[tuple[str, Any]]:
        seen = set[str]()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise _Wrong(line, pointer, "a name was expected")
            name = key.value
            if name in seen:
                raise _Wrong(line, pointer, f"the member {name!r} is there twice")
            seen.add(name)
            inner = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            self.lines[inner] = line
            yield name, self.value(value, inner, level + 1)


def _scalar(node: yaml.Node, line: int, pointer: str) -> Any:
    tag, text = node.tag.removeprefix(_TAG), str(node.value)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise _Wrong(line, pointer, "a character of it is half of one")
    try:
        match tag:
            case "null":
                return None
            case "bool":
                return text.lower() in ("true", "yes", "on")
            case "int":
                return int(text.replace("_", ""))
            case "float":
                return _number(text)
            case "str" | "timestamp" | "value" | "merge":
                return text
    except (ValueError, InvalidOperation):
        raise _Wrong(line, pointer, f"{text[:100]!r} is not a number here") from None
    raise _Wrong(line, pointer, f"the tag {node.tag[:100]} means nothing here")


def _number(text: str) -> Decimal:
    number = Decimal(text.replace("_", ""))
    if not number.is_finite() or len(text) > 60 or abs(number.adjusted()) > 30:
        raise ValueError(text)
    return number
