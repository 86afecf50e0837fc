"""`daybook openapi`: the API's description as files, for clients and for Postman."""

from pathlib import Path
from typing import Any

import click
import msgspec

DOCUMENT, COLLECTION = "openapi.json", "daybook.postman_collection.json"


@click.command(
    epilog="""\b
    Examples:
      daybook openapi /tmp/api      write openapi.json and the Postman collection made from it
    """
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def openapi(folder: Path) -> None:
    """Write the OpenAPI document and the Postman collection made from it into FOLDER. No server is needed."""
    from interfaces.http.shared.chain import VARIABLES
    from interfaces.http.shared.flows import declared_flows
    from interfaces.http.shared.postman import collection_of

    document = described()
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (
        (DOCUMENT, document),
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
        return msgspec.json.decode(create_app(services).state.openapi, type=dict[str, Any])
    finally:
        services.close()
