"""Builds the wheel, installs it as its users would, and runs a site from it.

``python -m bench.wheel FOLDER`` needs the network for pip. The wheel is built into FOLDER, and installed with the pinned
packages into a virtual environment in a temporary folder, where a site with its worker then starts from an empty folder.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.processes import progress
from bench.production import ROOT, START_SECONDS, free_port

# Of the variables that may be set here, a fresh machine has these.
KEPT = ("PATH", "HOME", "LANG", "PIP_INDEX_URL", "PIP_FIND_LINKS", "PIP_CERT", "SSL_CERT_FILE")


def build(folder: Path, *kinds: str) -> Path:
    """Build the wheel (and with ``-t sdist`` other kinds) into a folder, and return its path."""
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder), "-t", "wheel", *kinds]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return max(folder.glob("*.whl"), key=lambda path: path.stat().st_mtime)


class Installed:
    """A virtual environment with the wheel and the pinned packages, and an empty folder for a site."""

    def __init__(self, root: Path, wheel: Path) -> None:
        self.bin, self.home = root / "venv" / "bin", root / "site"
        self.home.mkdir()
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {"SECRET_KEY": "a key"}
        subprocess.run([sys.executable, "-m", "venv", root / "venv"], check=True)
        pip = [str(self.bin / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "base.txt")], check=True)
        subprocess.run([*pip, "--no-deps", str(wheel)], check=True)

    def start(self, *command: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([self.bin / command[0], *command[1:]], cwd=self.home, env=self.environment)

    def run(self, *command: str) -> None:
        progress(" ".join(command))
        assert self.start(*command).wait() == 0, f"{' '.join(command)} failed"


def prove(installed: Installed) -> None:
    """Set up a site with the sample edition, start it with its worker, and read its front page."""
    for command in (["migrate", "--verbosity", "0"], ["collectstatic", "--noinput", "--verbosity", "0"], ["check"]):
        installed.run("newsreader", *command)
    sample = next(installed.bin.parent.glob("lib/python*/site-packages/articles/seed"))
    installed.run("newsreader", "import_articles", str(sample))
    port = free_port()
    serve = [
        "--interface",
        "rsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-ws",
        "newsreader.rsgi:application",
    ]
    site, worker = installed.start("granian", *serve), installed.start("newsreader", "worker")
    try:
        text = _first_answer(f"http://127.0.0.1:{port}/")
        assert "<article" in text, text
        assert worker.poll() is None, "the worker has ended"
    finally:
        for process in (site, worker):
            process.terminate()
    assert (site.wait(timeout=60), worker.wait(timeout=60)) == (0, 0)
    assert {path.name for path in installed.home.iterdir()} == {"var"}, "something is written beside var/"
    print("A site runs from the wheel.")


def _first_answer(url: str) -> str:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            assert time.monotonic() < deadline, "the site does not answer"
            time.sleep(0.5)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.wheel", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path, help="for the wheel and the source archive")
    folder = parser.parse_args().folder
    shutil.rmtree(folder, ignore_errors=True)
    wheel = build(folder, "-t", "sdist")
    with tempfile.TemporaryDirectory(prefix="newsreader-wheel-") as name:
        prove(Installed(Path(name), wheel))
    print("\n".join(str(path) for path in sorted(folder.iterdir())))


if __name__ == "__main__":
    main()
