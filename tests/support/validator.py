"""The Nu validator, which looks at what the site sends."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

VALIDATOR = Path(__file__).parents[1] / "tools" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# What the validator's CSS part does not support yet: container queries, view transitions, and @layer before @import.
UNKNOWN_TO_THE_VALIDATOR = ("container-type", "cqi", "@container", "@view-transition", "@import are not allowed after")


def complaints(files: Iterable[Path]) -> list[str]:
    """Return what the validator says about HTML, CSS and SVG files, all in one start of Java."""
    java = shutil.which("java")
    if java is None:
        pytest.skip("no Java on this machine for the Nu validator")
    if not VALIDATOR.exists():
        pytest.skip("the Nu validator is missing: npm ci --prefix tests/tools --ignore-scripts")
    options = ["--format", "json", "--stdout", "--exit-zero-always", "--also-check-css", "--also-check-svg"]
    result = subprocess.run(
        [java, "-jar", str(VALIDATOR), *options, *map(str, files)],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    messages: list[dict[str, object]] = json.loads(result.stdout)["messages"]
    found = [f"{each['url']}:{each.get('lastLine')}: {each['message']} {each.get('extract')}" for each in messages]
    return [line for line in found if not any(word in line for word in UNKNOWN_TO_THE_VALIDATOR)]
