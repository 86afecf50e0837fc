"""The schemas of the Terraform providers, read out of npm packages that were generated from them.

Terraform asks a provider for its schema, and so would have to download it. The packages of the CDK for Terraform hold
the same as TypeScript, in their source maps: each resource, data source and nested block is a class whose members are
introduced by a comment (`// name - computed: …, optional: …, required: …`), and a function `…ToHclTerraform` that tells
the type of whatever can be set. What comes out has the form of `terraform providers schema -json`.
"""

import base64
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

Schema = dict[str, Any]

_PRIMITIVE = {"string": "string", "number": "number", "boolean": "bool"}
_SOURCE_MAP = re.compile(r"sourceMappingURL=data:application/json;base64,(\S+)")
_CLASS = re.compile(
    r"^export class (\w+) extends cdktf\.\w+ \{\n(.*?)^\}", re.DOTALL | re.MULTILINE
)
_FUNCTION = re.compile(
    r"^export function (\w+)ToHclTerraform\(.*?\n(.*?)^\}", re.DOTALL | re.MULTILINE
)
_MEMBER = re.compile(
    r"^  // (\w+) - computed: (true|false), optional: (true|false), required: (true|false)\n",
    re.MULTILINE,
)
_SETTABLE = re.compile(
    r'^\s+(\w+): \{\n\s+value: .*\n\s+isBlock: (true|false),\n\s+type: "(\w+)",\n\s+storageClassType: "(\w+)"',
    re.MULTILINE,
)
_NESTED = re.compile(r"new (\w+?)(List|OutputReference)\(this, \"\w+\"(?:, (true|false))?\)")
_GETTER = re.compile(r"this\.get(\w+)Attribute\(|new cdktf\.(\w+)\(")


class Settable(NamedTuple):
    """How a configuration says something: as a block or not, in which container, of which kind."""

    is_block: bool
    container: str
    kind: str


class Member(NamedTuple):
    """Something that a class has: who may set it, and the code that reads it."""

    name: str
    flags: Schema
    code: str


class Package:
    """The schemas in one npm package, unpacked at `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "lib"
        told = json.loads((folder / "package.json").read_text(encoding="utf-8"))["cdktf"][
            "provider"
        ]
        self.address = told["name"]
        self.version = told["version"]
        self.name = self.address.rsplit("/", 1)[-1]

    def schema(self, resources: set[str], data_sources: set[str]) -> Schema:
        """The provider's own schema and those of these types; one that is not there is left for Terraform to refuse."""
        return {
            "provider": self._of("provider"),
            "resources": self._named(resources, ""),
            "data_sources": self._named(data_sources, f"data-{self.name}-"),
        }

    def _named(self, types: set[str], prefix: str) -> Schema:
        folders = {
            name: prefix + name.split("_", 1)[-1].replace("_", "-") for name in sorted(types)
        }
        return {
            name: self._of(folder)
            for name, folder in folders.items()
            if name.startswith(f"{self.name}_") and (self._folder / folder).is_dir()
        }

    def _of(self, folder: str) -> Schema:
        sources = (self._folder / folder).rglob("*.js")
        return Classes("".join(map(_typescript, sorted(sources)))).top()


def _typescript(built: Path) -> str:
    found = _SOURCE_MAP.search(built.read_text(encoding="utf-8"))
    return json.loads(base64.b64decode(found[1]))["sourcesContent"][0] if found else ""


class Classes:
    """The classes of one resource, data source or provider."""

    def __init__(self, source: str) -> None:
        self._classes = dict(_CLASS.findall(source))
        self._functions = {name.lower(): body for name, body in _FUNCTION.findall(source)}

    def top(self) -> Schema:
        """The block that the configuration writes."""
        body = next(body for body in self._classes.values() if "synthesizeHclAttributes" in body)
        before, settable = body.split("synthesizeHclAttributes", 1)
        return self._block(before, settable)

    def _struct(self, name: str) -> Schema:
        settable = self._functions.get(name.lower(), "")
        return self._block(self._classes.get(f"{name}OutputReference", ""), settable)

    def _block(self, body: str, settable: str) -> Schema:
        said = {
            name: Settable(is_block == "true", container, kind)
            for name, is_block, container, kind in _SETTABLE.findall(settable)
        }
        members = list(_members(body)) or [Member(name, {"optional": True}, "") for name in said]
        block: Schema = {"attributes": {}, "block_types": {}}
        for member in members:
            how = said.get(member.name)
            if how and how.is_block:
                block["block_types"][member.name] = self._nested(member, how)
            elif member.name != "alias":  # Terraform's own
                block["attributes"][member.name] = {"type": self._type(member, how), **member.flags}
        return block

    def _nested(self, member: Member, how: Settable) -> Schema:
        found = _NESTED.search(member.code)
        struct = found[1] if found else how.kind.removesuffix("List")
        if how.container == "struct":
            return {"nesting_mode": "single", "block": self._struct(struct)}
        limits = {"min_items": 1} if member.flags.get("required") else {}
        if found and found[2] == "OutputReference":
            limits["max_items"] = 1
        return {"nesting_mode": how.container, "block": self._struct(struct), **limits}

    def _type(self, member: Member, how: Settable | None) -> Any:
        if (found := _NESTED.search(member.code)) and f"{found[1]}OutputReference" in self._classes:
            return ["set" if found[3] == "true" else "list", _object(self._struct(found[1]))]
        if how and how.container == "simple":
            return _PRIMITIVE[how.kind]
        if how:
            return [how.container, _PRIMITIVE[re.sub(r"(List|Map)$", "", how.kind)]]
        return _read(member.code)


def _members(body: str) -> list[Member]:
    parts = _MEMBER.split(body)[1:]
    return [
        Member(
            name,
            {
                flag: True
                for flag, is_so in (
                    ("computed", computed),
                    ("optional", optional),
                    ("required", required),
                )
                if is_so == "true"
            },
            code,
        )
        for name, computed, optional, required, code in zip(*[iter(parts)] * 5, strict=True)
    ]


def _read(code: str) -> Any:
    """The type of what can only be read, by the way it is read."""
    found = _GETTER.search(code)
    kind = (found[1] or found[2]) if found else ""
    container = next((one for one in ("List", "Map") if kind.endswith(one)), "")
    primitive = _PRIMITIVE[kind.removesuffix(container).lower() or "string"]
    if not container:
        return primitive
    return ["set" if "Fn.tolist" in code else container.lower(), primitive]


def _object(block: Schema) -> Any:
    fields = {name: attribute["type"] for name, attribute in block["attributes"].items()}
    for name, nested in block["block_types"].items():
        fields[name] = [nested["nesting_mode"], _object(nested["block"])]
    return ["object", fields]
