"""Runs the steps of the Containerfile in a folder instead of an image, where there is no engine to build one.

``python -m bench.container [--python /usr/bin/python3]`` needs root, the network for pip, and no container engine. The first
stage's COPY and RUN lines run as they stand, but for ``/app`` and ``/var/lib/newsreader``, which are in a temporary folder.
Then site and worker run as a user without rights, who can write only to the second one, until the health check succeeds.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.processes import progress
from bench.production import ROOT, free_port

NOBODY = 65534
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Step:
    """An instruction of the Containerfile, and the number of its stage, from 0."""

    stage: int
    instruction: str
    arguments: str


def steps(text: str) -> Iterator[Step]:
    stage = -1
    for line in text.replace("\\\n", " ").splitlines():
        if line and not line.startswith("#"):
            instruction, _, arguments = line.partition(" ")
            stage += instruction == "FROM"
            yield Step(stage, instruction, arguments)


class Image:
    """A folder in the place of an image."""

    def __init__(self, root: Path, python: str) -> None:
        self.places = {"/app": root / "app", "/var/lib/newsreader": root / "data"}
        for folder in self.places.values():
            folder.mkdir()
        self.python = python
        self.environment = {"PATH": f"{root / 'bin'}:{os.environ['PATH']}", "HOME": str(root)}
        (root / "bin").mkdir()
        (root / "bin" / "python").symlink_to(shutil.which(python) or sys.executable)

    def in_place(self, text: str) -> str:
        for place, folder in self.places.items():
            text = re.sub(rf"{place}(?![\w-])", str(folder), text)
        return text

    def add_environment(self, arguments: str) -> None:
        for pair in shlex.split(self.in_place(arguments)):
            name, _, value = pair.partition("=")
            self.environment[name] = value.replace("$PATH", self.environment["PATH"])

    def copy(self, arguments: str) -> None:
        *sources, target = arguments.split()
        for source in sources:
            to = self.places["/app"] / target / ("" if not target.endswith("/") else source)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, to)

    def run(self, command: str) -> None:
        command = self.in_place(command)
        subprocess.run(["bash", "-ec", command], cwd=self.places["/app"], env=self.environment, check=True)

    def close(self) -> None:
        """Leave to others only reading, but for the data."""
        subprocess.run(["chmod", "-R", "a+rX,go-w", str(self.places["/app"].parent)], check=True)
        os.chown(self.places["/var/lib/newsreader"], NOBODY, NOBODY)

    def start(self, command: list[str], **extra: str) -> "subprocess.Popen[bytes]":
        """Start a command as nobody."""
        paths = f"{self.places['/app']}/.venv/bin:{self.environment['PATH']}"
        environment = self.environment | extra | {"PATH": paths}
        found = shutil.which(command[0], path=paths) or command[0]
        return subprocess.Popen(
            [found, *command[1:]], cwd=self.places["/app"], env=environment, user=NOBODY, group=NOBODY, extra_groups=[]
        )


def build(text: str, image: Image) -> dict[str, str]:
    """Run the steps, and return the last ones that say how the image runs."""
    for step in steps(text):
        progress(f"{step.instruction} {step.arguments[:100]}")
        if step.instruction == "ENV":
            image.add_environment(step.arguments)
        elif step.stage == 0 and step.instruction == "COPY":
            image.copy(step.arguments)
        elif step.stage == 0 and step.instruction == "RUN":
            image.run(step.arguments)
    image.close()
    return {step.instruction: step.arguments for step in steps(text) if step.stage == 1}


def prove(image: Image, last: dict[str, str]) -> None:
    """Migrate, start site and worker, and ask for the site's health as an engine would."""
    port = str(free_port())
    settings = {"SECRET_KEY": "a key", "ALLOWED_HOSTS": "127.0.0.1"}
    assert image.start(["python", "manage.py", "migrate", "--verbosity", "0"], **settings).wait() == 0
    command = [port if each == "8000" else each for each in json.loads(last["CMD"])]
    check = [each.replace(":8000", f":{port}") for each in json.loads(last["HEALTHCHECK"].partition("CMD ")[2])]
    assert image.start(check).wait() != 0, "healthy before it was started"
    site = image.start(command, **settings)
    worker = image.start(["python", "manage.py", "worker"], **settings)
    try:
        deadline = time.monotonic() + START_SECONDS
        while image.start(check).wait() != 0:
            assert site.poll() is None, "the site has ended"
            assert time.monotonic() < deadline, "the site does not become healthy"
            time.sleep(0.5)
        assert worker.poll() is None, "the worker has ended"
    finally:
        for process in (site, worker):
            process.terminate()
    assert (site.wait(timeout=60), worker.wait(timeout=60)) == (0, 0)
    written = sorted(path.name for path in image.places["/var/lib/newsreader"].iterdir())
    print(f"Site and worker run as the Containerfile says, and have written {', '.join(written)}.")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.container", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--python", default="/usr/bin/python3", help="one that all users may run")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsreader-image-") as name:
        image = Image(Path(name), arguments.python)
        Path(name).chmod(0o755)
        prove(image, build((ROOT / "Containerfile").read_text(encoding="utf-8"), image))


if __name__ == "__main__":
    main()
