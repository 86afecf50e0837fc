"""The Python client's types, made by `datamodel-code-generator`, and a method for each operation."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from inspect import cleandoc
from keyword import iskeyword
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill
from typing import Any

import msgspec
from datamodel_code_generator import Formatter, InputFileType, LiteralType, PythonVersion, generate
from datamodel_code_generator.enums import DataModelType
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from clients.making.shaping import FILTERS, JSON, REF, ROOT, operations, repeated, shaped, successes

_TYPED = {"type", "required", "items", "anyOf", "oneOf", "allOf", "enum", "const", "$ref"}
_SIMPLE = {"string": "str", "integer": "int"}
# A 304 has no body: every answer would have to be asked whether it has one.
_NOT_ASKED = {"If-None-Match"}
_WIDTH = 110
_SHORT = re.compile(r'(""")\n +(.*)\n +"""')
_HEADER = '"""What requests and answers look like; written by `make clients`."""'


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """One operation, as the template writes it: `answer` and `body` are types, `headers` are told as names of
    Python's, their types and their own names."""

    name: str
    verb: str
    path: str
    summary: str
    places: list[str]
    body: str
    is_form: bool
    headers: list[tuple[str, str, str]]
    query: str
    answer: str


def sources(document: Mapping[str, Any]) -> dict[str, str]:
    """The modules that are made: by the name of their file, the text."""
    slim = shaped(document)
    schemas: dict[str, Any] = slim["components"]["schemas"]
    methods = [_method(*each, schemas) for each in operations(slim) if not _is_followed(each[2])]
    typed = {name: _typed(schema) for name, schema in schemas.items()}
    return {"types.py": _types(typed), "operations.py": _methods(methods, repeated(slim))}


def _is_followed(operation: Mapping[str, Any]) -> bool:
    """Whether the answer has no end, so that no method can wait for it."""
    return any("text/event-stream" in answer.get("content", {}) for answer in successes(operation))


def _method(path: str, verb: str, operation: Mapping[str, Any], schemas: dict[str, Any]) -> Method:
    """The method for an operation; schemas that it has to itself get a name and go to the others."""
    name, told = operation["operationId"], operation["parameters"]
    places = [one["name"] for one in told if one["in"] == "path"]
    headers = [
        (_word(one["name"].removeprefix("Daybook-")), _SIMPLE[one["schema"]["type"]], one["name"])
        for one in told
        if one["in"] == "header" and one["name"] not in _NOT_ASKED
    ]
    body = operation.get("requestBody", {})
    form, schema = next(iter(_media(body)), ("", None))
    taken = _named(schema, f"{name}Body", schemas) if schema else ""
    return Method(
        name=_word(name),
        verb=verb.upper(),
        path=re.sub(r"\{(\w+)\}", r"{place(\1)}", path),
        summary=operation["summary"],
        places=places,
        body=f"{taken} | None = None" if taken and not body.get("required") else taken,
        is_form=form.startswith("multipart/"),
        headers=headers,
        query=_query(operation, schemas),
        answer=" | ".join(dict.fromkeys(_answers(name, operation, schemas))),
    )


def _word(name: str) -> str:
    """A name as Python writes it."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.replace("-", "_")).lower()
    return f"{apart}_" if iskeyword(apart) else apart


def _media(said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for form, media in said.get("content", {}).items():
        yield form, media["schema"]


def _answers(name: str, operation: Mapping[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    for answer in successes(operation):
        form, schema = next(_media(answer), ("", {}))
        if form == JSON:
            yield _named(schema, f"{name}Answer", schemas)
        else:
            yield "str" if form.startswith("text/") else "bytes" if form else "None"


def _named(schema: Mapping[str, Any], name: str, schemas: dict[str, Any]) -> str:
    if "$ref" in schema:
        return f"types.{schema['$ref'].removeprefix(REF)}"
    schemas[_class(name)] = schema
    return f"types.{_class(name)}"


def _class(name: str) -> str:
    return name[0].upper() + name[1:]


def _query(operation: Mapping[str, Any], schemas: dict[str, Any]) -> str:
    """The type of an operation's query, if it has one."""
    told = [one for one in operation["parameters"] if one["in"] == "query"]
    own = [one for one in told if one["name"] != FILTERS]
    query = {
        "type": "object",
        "properties": {_word(one["name"]): one["schema"] for one in own},
        "required": [_word(one["name"]) for one in own if one.get("required")],
    }
    filters = [one["schema"] for one in told if one["name"] == FILTERS]
    name = f"{_class(operation['operationId'])}Query"
    schemas |= {name: {"allOf": [*filters, query]} if filters else query} if told else {}
    return f"types.{name}" if told else ""


def _typed(schema: Any) -> Any:
    """What of a schema is a matter of types."""
    if isinstance(schema, list):
        return [_typed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _typed(value) for key, value in schema.items() if key in _TYPED}
    if "properties" in schema:
        kept["properties"] = {name: _typed(one) for name, one in schema["properties"].items()}
    elif schema.get("additionalProperties"):
        kept["additionalProperties"] = _typed(schema["additionalProperties"])
    if "description" in schema:
        kept["description"] = fill(cleandoc(schema["description"]).split("\n\n")[0], _WIDTH)
    if "contentMediaType" in schema:
        kept["format"] = "binary"
    return kept


def _types(schemas: Mapping[str, Any]) -> str:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "", "version": ""},
        "paths": {},
        "components": {"schemas": schemas},
    }
    with TemporaryDirectory() as folder:
        made = Path(folder, "types.py")
        generate(
            msgspec.json.encode(document).decode(),
            input_file_type=InputFileType.OpenAPI,
            output=made,
            output_model_type=DataModelType.TypingTypedDict,
            target_python_version=PythonVersion.PY_311,
            custom_file_header=_HEADER,
            enum_field_as_literal=LiteralType.All,
            use_schema_description=True,
            use_total_false_for_typed_dict=True,
            formatters=[Formatter.BUILTIN],
        )
        return _formatted(_SHORT.sub(r"\1\2\1", made.read_text(encoding="utf-8")))


def _methods(methods: Sequence[Method], repeated: Sequence[str]) -> str:
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - what comes of it is Python
    )
    return _formatted(
        templates.get_template("operations.py.jinja").render(methods=methods, repeated=repeated)
    )


def _formatted(text: str) -> str:
    # Without commas that a list of arguments need not have, it stands on one line where it fits.
    ruff = [sys.executable, "-m", "ruff", "format", "--config", str(ROOT / "pyproject.toml")]
    ruff += ["--config", "format.skip-magic-trailing-comma=true", "-"]
    done = subprocess.run(ruff, input=text, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout
