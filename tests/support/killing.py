"""Programs that are killed at random moments: a few times in the suite, often by ``make soak``."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress

from tests.support.checking import PROJECT

KILLS = int(os.environ.get("SOAK_KILLS", "2"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
# Nothing here takes as long, not even on a busy machine.
PATIENCE = 300


class Killer:
    """Runs commands in an environment, and kills them at random moments of the time that they take."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        # The settings of sites: those of tests leave out some of the environment.
        self.environment = os.environ | {"DJANGO_SETTINGS_MODULE": "newsreader.settings"} | environment
        self.random = random.Random(SEED)
        self.killed = 0

    def run(self, *command: str) -> float:
        """Run a command of manage.py to its end; return the seconds that it took."""
        begun = time.monotonic()
        self.output("manage.py", *command)
        return time.monotonic() - begun

    def output(self, *arguments: str) -> str:
        """Run Python with arguments to its end; return what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=PROJECT, env=self.environment, capture_output=True, text=True,
            timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def code(self, *arguments: str) -> int:
        """Run Python with arguments to its end; return its exit code."""
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, cwd=PROJECT, env=self.environment, capture_output=True, timeout=PATIENCE, check=False
        )
        return done.returncode

    def kill(self, seconds: float, *command: str) -> None:
        """Start a command of manage.py, and kill it and what it has started within so many seconds."""
        process = subprocess.Popen(
            [sys.executable, "manage.py", *command], cwd=PROJECT, env=self.environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with suppress(subprocess.TimeoutExpired):
            process.wait(self.random.uniform(0.1, 0.95) * seconds)
        self.killed += process.poll() is None
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
