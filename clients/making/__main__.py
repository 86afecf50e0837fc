"""`python -m clients.making` (`make clients`): writes anew what the clients are made of, here or into a folder."""

import re
import sys
from pathlib import Path

from clients.making import for_python, for_typescript
from clients.making.shaping import ROOT
from interfaces.cli.shared.openapi import described


def made() -> dict[Path, str]:
    """What of the clients is made from the OpenAPI document: by its place, the text of each file."""
    document = described()
    python = for_python.sources(document)
    packages = (Path("python/pyproject.toml"), Path("typescript/package.json"))
    return {
        **{place: _of_version(document["info"]["version"], place) for place in packages},
        **{Path("python/daybook_client", name): text for name, text in python.items()},
        Path("typescript/src/schema.ts"): for_typescript.types(document),
    }


def _of_version(version: str, place: Path) -> str:
    """What describes a package, which has the version of the product."""
    text = (ROOT / "clients" / place).read_text(encoding="utf-8")
    return re.sub(r'(?m)^(version = |  "version": )"[^"]*"', rf'\g<1>"{version}"', text)


def main(folder: Path) -> None:
    """Write all of it below a folder."""
    for place, text in made().items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "clients")
