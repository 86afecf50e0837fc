"""Every benchmark, one after the other, each in a process of its own: `python -m benchmarks`, or `make bench`."""

import subprocess
import sys

BENCHMARKS = (
    "appends",
    "bulk",
    "posts",
    "processes",
    "queries",
    "row_walls",
    "usages",
    "reactions",
    "projection_catch_up",
    "shards",
    "import_million",
    "transactions",
    "import_beside_posts",
    "sign_in_beside_imports",
    "startup",
    "sizes",
    "pages",
)


def main() -> int:
    """Run them all, and answer 1 if one failed."""
    failed = []
    for name in BENCHMARKS:
        print(f"\n## {name}\n", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
