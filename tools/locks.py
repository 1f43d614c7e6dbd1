"""Compile requirements/*.txt from pyproject, hash-pinned and without addresses; `--check` only says whether they fit.

`--check` needs no network: it compares what pyproject asks for with what the lists pin.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMON = ["--universal", "--generate-hashes", "--no-emit-index-url", "--python-version", "3.11", "--quiet"]
SETS = {
    "test": ["pyproject.toml", "--extra", "test", "--extra", "lint"],
    "core": ["pyproject.toml", "-c", "requirements/test.txt"],
    "bootstrap": ["requirements/bootstrap.in"],
}


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def check() -> list[str]:
    """Requirements of pyproject that a list does not pin, and lists that name an address."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = {
        "core": project["dependencies"],
        "test": [*project["dependencies"], *extras["test"], *extras["lint"]],
    }
    faults = []
    for name, requirements in wanted.items():
        text = (ROOT / f"requirements/{name}.txt").read_text()
        pinned = {_name(line) for line in text.splitlines() if line and line[0] not in " #"}
        faults += [f"requirements/{name}.txt does not pin {r}" for r in map(_name, requirements) if r not in pinned]
        if "://" in text:
            faults.append(f"requirements/{name}.txt names an address")
    return faults


def main() -> int:
    """Compile, or check."""
    if "--check" in sys.argv:
        faults = check()
        print("\n".join(faults))
        return 1 if faults else 0
    for name, words in SETS.items():
        command = ["uv", "pip", "compile", *COMMON, *words, "-o", f"requirements/{name}.txt"]
        subprocess.run(command, check=True, cwd=ROOT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
