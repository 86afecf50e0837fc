"""A provider that has the schema of a real one and nothing behind it: Terraform validates and plans against it.

What a real provider would compute is unknown in a plan, and what a data source reads is made up. `python -m
tests.terraform.stub SCHEMA ADDRESS` is what Terraform starts.
"""

import json
import sys
from pathlib import Path
from typing import Any

import msgpack
import tf.provider
import tf.runner
from tf.gen import tfplugin_pb2 as messages
from tf.gen import tfplugin_pb2_grpc as service

Block = dict[str, Any]

_UNKNOWN = msgpack.ExtType(0, b"")
_NESTING = messages.Schema.NestedBlock.NestingMode
_MADE_UP = {"number": 25060, "bool": True, "cluster_ca_certificate": "Y2VydGlmaWNhdGU="}


def _schema_of(block: Block) -> messages.Schema:
    return messages.Schema(version=0, block=_message(block))


def _message(block: Block) -> messages.Schema.Block:
    return messages.Schema.Block(
        attributes=[
            messages.Schema.Attribute(
                name=name,
                type=json.dumps(one["type"]).encode(),
                **{flag: one.get(flag, False) for flag in ("required", "optional", "computed")},
            )
            for name, one in block["attributes"].items()
        ],
        block_types=[
            messages.Schema.NestedBlock(
                type_name=name,
                block=_message(one["block"]),
                nesting=_NESTING.Value(one["nesting_mode"].upper()),
                min_items=one.get("min_items", 0),
                max_items=one.get("max_items", 0),
            )
            for name, one in block["block_types"].items()
        ],
    )


def _filled(block: Block, value: Any, fill: Any) -> Any:
    """A value of this block with whatever is computed and was not said: what `fill` makes of its name and type."""
    if not isinstance(value, dict):
        return value
    said = {
        name: fill(name, one["type"])
        if value.get(name) is None and one.get("computed")
        else value.get(name)
        for name, one in block["attributes"].items()
    }
    for name, one in block["block_types"].items():
        inner = value.get(name)
        several = isinstance(inner, list)
        filled = [_filled(one["block"], each, fill) for each in (inner if several else [inner])]
        said[name] = filled if several else filled[0]
    return said


def _unknown(name: str, kind: Any) -> Any:
    return _UNKNOWN


def _made_up(name: str, kind: Any) -> Any:
    if isinstance(kind, str):
        return _MADE_UP.get(name, _MADE_UP.get(kind, name))
    container, inner = kind
    if container == "object":
        return {field: _made_up(field, type_) for field, type_ in inner.items()}
    return {name: _made_up(name, inner)} if container == "map" else [_made_up(name, inner)]


def _value(message: messages.DynamicValue) -> Any:
    return msgpack.unpackb(message.msgpack, strict_map_key=False)


class Stub(service.ProviderServicer):
    """Answers what `init`, `validate`, `plan` and `test` ask; whatever would change something is not implemented."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema

    def GetProviderSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Every block there is."""
        return messages.GetProviderSchema.Response(
            provider=_schema_of(self._schema["provider"]),
            resource_schemas={
                name: _schema_of(one) for name, one in self._schema["resources"].items()
            },
            data_source_schemas={
                name: _schema_of(one) for name, one in self._schema["data_sources"].items()
            },
        )

    def PlanResourceChange(self, request: Any, context: Any) -> Any:  # noqa: N802
        """What was said, and unknown what will be computed."""
        block = self._schema["resources"][request.type_name]
        planned = _filled(block, _value(request.proposed_new_state), _unknown)
        return messages.PlanResourceChange.Response(
            planned_state=messages.DynamicValue(msgpack=msgpack.packb(planned))
        )

    def ReadDataSource(self, request: Any, context: Any) -> Any:  # noqa: N802
        """What was said, and something of the right type for the rest."""
        block = self._schema["data_sources"][request.type_name]
        read = _filled(block, _value(request.config), _made_up)
        return messages.ReadDataSource.Response(
            state=messages.DynamicValue(msgpack=msgpack.packb(read))
        )


def _content(name: str) -> Any:
    answer = getattr(messages, name).Response()
    return lambda *_: answer


# Terraform has held the configuration against the schema, and there is nothing to be reached or stopped.
for _name in (
    "ValidateProviderConfig",
    "ValidateResourceConfig",
    "ValidateDataResourceConfig",
    "ConfigureProvider",
    "StopProvider",
):
    setattr(Stub, _name, _content(_name))


class Named:
    """What the runner wants to know of a provider."""

    def __init__(self, address: str) -> None:
        self._address = address

    def full_name(self) -> str:
        """Its address at the registry."""
        return self._address


if __name__ == "__main__":
    path, address = sys.argv[1:3]
    schema = json.loads(Path(path).read_text(encoding="utf-8"))
    tf.provider.ProviderServicer = lambda _: Stub(schema)
    tf.runner.run_provider(Named(address), argv=[])
