"""`daybook openapi`: the API's description as files, for clients, for followers of the stream and for Postman."""

from pathlib import Path
from typing import Any

import click
import msgspec

DOCUMENT, STREAM, COLLECTION = "openapi.json", "asyncapi.json", "daybook.postman_collection.json"


@click.command(
    epilog="""\b
    Examples:
      daybook openapi /tmp/api      write openapi.json, asyncapi.json and the Postman collection
    """
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def openapi(folder: Path) -> None:
    """Write the OpenAPI document, the AsyncAPI document of the stream of events, and the Postman collection made from
    the former into FOLDER. No server is needed."""
    from interfaces.http import asyncapi
    from interfaces.http.shared.chain import VARIABLES
    from interfaces.http.shared.flows import declared_flows
    from interfaces.http.shared.postman import collection_of

    document = described()
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (
        (DOCUMENT, document),
        (STREAM, msgspec.json.decode(asyncapi.described())),
        (COLLECTION, collection_of(document, [*declared_flows()], VARIABLES)),
    ):
        text = msgspec.json.format(msgspec.json.encode(content), indent=1)
        (folder / name).write_bytes(text + b"\n")
        click.echo(f"Wrote {folder / name}.")


def described() -> dict[str, Any]:
    """The OpenAPI document of the app, which is composed for that but never connected."""
    from infrastructure.bootstrap import build
    from infrastructure.shared.settings import Settings
    from interfaces.http.app import create_app

    nowhere = Settings(
        home=Path(), database_url="postgresql://nowhere/", redis_url="redis://nowhere"
    )
    services = build(nowhere)
    try:
        return msgspec.json.decode(create_app(services).state.openapi.content, type=dict[str, Any])
    finally:
        services.close()
