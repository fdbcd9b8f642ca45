"""The commands of ``bench/`` start outside pytest, where neither settings nor fixtures are there yet."""

import os
import re
import subprocess
import sys

from bench.serving import ROOT

COMMANDS = sorted(set(re.findall(r"python -m (bench\.\w+)", (ROOT / "Makefile").read_text(encoding="utf-8"))))


def test_each_command_of_the_makefile_starts_without_settings() -> None:
    assert len(COMMANDS) >= 9
    missing = {"DJANGO_SETTINGS_MODULE", "SECRET_KEY", "PYTEST_XDIST_WORKER"}
    environment = {name: value for name, value in os.environ.items() if name not in missing}
    processes = {
        command: subprocess.Popen(
            [sys.executable, "-m", command, "--help"], cwd=ROOT, env=environment, stdout=-1, stderr=-1, text=True
        )
        for command in COMMANDS
    }
    said = {command: process.communicate() for command, process in processes.items()}
    assert {command: errors for command, (_, errors) in said.items() if errors} == {}
    assert all(output.startswith("usage:") for output, _ in said.values())
