"""How much script a browser loads: for the start page, and for each further screen."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from interfaces.http.shared.smaller import made_small
from interfaces.http.shared.web_app import BUILT

FIRST_LOAD_BYTES_MAX = 200_000
SCREEN_BYTES_MAX = 60_000

Manifest = dict[str, dict[str, Any]]
START = (
    "index.html",
    *(f"src/shell/{name}.tsx" for name in ("Root", "Shell", "Start", "AccountMenu")),
    "src/shared/words/de.ts",
)
"""What is loaded for the start page, in the longer of the two languages, and right after it shows."""


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    """Which file of the build loads which, as Vite tells it."""
    told = (BUILT / ".vite" / "manifest.json").read_bytes()
    return msgspec.json.decode(told, type=Manifest)


def _loaded(manifest: Manifest, name: str) -> Iterator[str]:
    yield manifest[name]["file"]
    for other in manifest[name].get("imports", ()):
        yield from _loaded(manifest, other)


def _bytes(files: set[str]) -> int:
    """What they come to in brotli, the coding that browsers ask for."""
    return sum(
        len(made_small((BUILT / file).read_bytes(), "br")) for file in files if file.endswith(".js")
    )


def test_the_first_load_is_light(manifest: Manifest) -> None:
    files = {file for name in START for file in _loaded(manifest, name)}
    assert _bytes(files) < FIRST_LOAD_BYTES_MAX


def test_each_screen_adds_little(manifest: Manifest) -> None:
    before = {file for name in START for file in _loaded(manifest, name)}
    screens = [name for name, one in manifest.items() if one.get("isDynamicEntry")]
    assert len(screens) > len(START)
    too_heavy = {
        name: size
        for name in screens
        if (size := _bytes({*_loaded(manifest, name)} - before)) >= SCREEN_BYTES_MAX
    }
    assert too_heavy == {}
