"""Site and worker start and stop together: whatever ends one, no process is left."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from bench.production import DATABASE, ROOT, environment_of, free_port, serving_command, wait_until_ready
from tests.support.migrated import Template

pytestmark = pytest.mark.xdist_group("worker")
PATIENCE = 60
# Writes its id into a file, and waits; with a child of its own that waits, too.
PROGRAM = """
import os, subprocess, sys, time, signal
if sys.argv[2:] == ["deaf"]:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open(sys.argv[1] + ".part", "w") as file:
    file.write(f"{os.getpid()} {child.pid}")
os.replace(sys.argv[1] + ".part", sys.argv[1])
time.sleep(600)
"""


def until(look: Callable[[], Any]) -> Any:
    end = monotonic() + PATIENCE
    while monotonic() < end:
        if found := look():
            return found
        sleep(0.02)
    raise AssertionError("it does not come")


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Together:
    """Two programs that run together, each with a child."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        files = [folder / "one", folder / "two"]
        commands = [shlex.join([sys.executable, "-c", PROGRAM, str(file), *arguments]) for file in files]
        code = "import sys, shlex; from newsreader.together import run_together as run\n"
        code += "sys.exit(run([shlex.split(each) for each in sys.argv[1:]], stop_seconds=0.5))"
        self.process = subprocess.Popen([sys.executable, "-c", code, *commands], cwd=ROOT)
        ids = [until(lambda file=file: file.exists() and file.read_text()).split() for file in files]
        self.pids = [int(pid) for pair in ids for pid in pair]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Together]]:
    started: list[Together] = []

    def begin(*arguments: str) -> Together:
        started.append(Together(tmp_path, *arguments))
        return started[-1]

    yield begin
    for each in started:
        each.process.kill()
        each.process.wait()
        for pid in filter(is_alive, each.pids):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_all(start: Callable[..., Together], how: signal.Signals) -> None:
    together = start()
    together.process.send_signal(how)
    assert together.process.wait(timeout=PATIENCE) == 0
    assert list(filter(is_alive, together.pids)) == []


@pytest.mark.parametrize("dying", [0, 2])
def test_when_one_dies_the_other_stops_too(start: Callable[..., Together], dying: int) -> None:
    together = start()
    os.kill(together.pids[dying], signal.SIGKILL)
    assert together.process.wait(timeout=PATIENCE) not in (0, None)
    until(lambda: not list(filter(is_alive, together.pids)))


def test_what_does_not_stop_is_killed(start: Callable[..., Together]) -> None:
    together = start("deaf")
    together.process.terminate()
    assert together.process.wait(timeout=PATIENCE) == 0
    assert list(filter(is_alive, together.pids)) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, nothing tells them")
def test_no_program_outlives_what_started_them(start: Callable[..., Together]) -> None:
    together = start()
    together.process.kill()
    until(lambda: not list(filter(is_alive, (together.pids[0], together.pids[2]))))
    for pid in filter(is_alive, together.pids):
        os.kill(pid, signal.SIGKILL)


def test_the_site_and_its_worker_stop_at_ctrl_c(tmp_path: Path, template: Template) -> None:
    environment = environment_of(tmp_path) | {"DJANGO_SETTINGS_MODULE": "newsreader.settings"}
    (tmp_path / "static").mkdir()
    if template.file:
        shutil.copy(template.file, tmp_path / DATABASE)
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=environment, check=True)
    site = shlex.join(serving_command(port := free_port()))
    worker = shlex.join([sys.executable, "manage.py", "worker"])
    command = [sys.executable, "-m", "newsreader.together", worker, site]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/livez", process)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        assert process.wait(timeout=PATIENCE) == 0
        assert len(children) == 2
        assert list(filter(is_alive, map(int, children))) == []
    finally:
        process.kill()
        process.wait()
