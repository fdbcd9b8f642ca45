"""Commands in processes of their own: their databases, their time and their memory."""

import contextlib
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

PROJECT = Path(__file__).resolve().parent.parent
DATABASE = "newsreader_bench_import"  # on a PostgreSQL server
SAMPLE_INTERVAL = 0.05  # seconds between two looks at the memory


@dataclass(slots=True)
class Peak:
    """The highest memory so far, in MB of 1,000,000 bytes.

    ``tree`` is the sum of PSS over a process and all below it at one moment: memory shared by n processes counts
    1/n in each. So it may be less than ``process``, the peak RSS (VmHWM) of the largest of them, which shares
    libraries with any other Python on the machine.
    """

    tree: float = 0.0
    process: float = 0.0


def progress(message: str) -> None:
    """Print a message to standard error: standard output is for the tables."""
    print(f"{time.strftime('%H:%M:%S')} {message}", file=sys.stderr)


def seconds_of(process: "subprocess.Popen[bytes]") -> float:
    """Return how long a process that has just been started runs."""
    began = time.perf_counter()
    process.wait()
    return time.perf_counter() - began


def peak_of(process: "subprocess.Popen[bytes]") -> Peak:
    """Return the highest memory of a process and all below it; 0 where there is no /proc."""
    peak = Peak()
    while process.poll() is None:
        pids = tree(process.pid)
        peak.tree = max(peak.tree, sum(megabytes(each, "smaps_rollup", "Pss:") for each in pids))
        peak.process = max(peak.process, *(megabytes(each, "status", "VmHWM:") for each in pids))
        time.sleep(SAMPLE_INTERVAL)
    return peak


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def environment_for(database_url: str, folder: Path) -> dict[str, str]:
    """Return all settings that matter here, so that no ``.env`` file decides them."""
    return os.environ | {
        "SECRET_KEY": "bench",
        "DATABASE_URL": database_url,
        "DATABASE_POOL": "true",
        "VAR_DIR": str(folder),
        "MEDIA_ROOT": "",
        "CACHE_URL": "locmem://",
        "DEBUG": "false",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "newsreader.settings",
    }


@contextlib.contextmanager
def new_database(server: str | None, folder: Path) -> Iterator[str]:
    """Yield the address of an empty database: a file in the folder, or one made on the PostgreSQL server."""
    if not server:
        yield f"sqlite:///{folder / 'import.sqlite3'}"
        return
    import psycopg

    drop = f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(drop)  # left by a run that was killed
        connection.execute(f"CREATE DATABASE {DATABASE}")
        try:
            yield urlsplit(server)._replace(path=f"/{DATABASE}").geturl()
        finally:
            connection.execute(drop)


def elsewhere(call: str, environment: dict[str, str], module: str = "bench.importing") -> str:
    """Return what a function of a module prints, called in a process of its own."""
    command = [sys.executable, "-c", f"from {module} import *; {call}"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def tree(pid: int) -> list[int]:
    """Return the process and all below it."""
    pids = [pid]
    for each in pids:  # it grows meanwhile
        with contextlib.suppress(OSError):  # ended meanwhile
            for children in Path(f"/proc/{each}/task").glob("*/children"):
                pids += map(int, children.read_text().split())
    return pids


def megabytes(pid: int, name: str, key: str) -> float:
    """Return a value of a file in /proc, which has it in units of 1,024 bytes; 0 for a process that has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/{name}").read_text().splitlines():
            if line.startswith(key):
                return int(line.split()[1]) * 1024 / 1_000_000
    return 0.0


def machine() -> str:
    import django

    load = f", load {os.getloadavg()[0]:.1f} before the run" if hasattr(os, "getloadavg") else ""
    return (
        f"{time.strftime('%Y-%m-%d')}: {platform.system()} {platform.machine()}, {os.cpu_count()} cores{load}; "
        f"Python {platform.python_version()}, PyYAML {yaml.__version__}, Django {django.get_version()}"
    )
