"""The folder in which the workers of one server keep their figures."""

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

NAME = re.compile(r"(\d+)-(\d+)")
LIVE_GAUGE = re.compile(r"gauge_live[a-z]*_(\d+)\.db")


def folder_of_server(parent: Path) -> Path:
    """Return the folder for the workers of this worker's server, and remove those of servers that have ended.

    It is named after the server's process, which has started this one, so that a worker that replaces another goes on
    where that one stopped, a server that is started again begins with nothing, and two servers never share it.
    """
    parent.mkdir(parents=True, exist_ok=True)
    for each in parent.iterdir():
        owner = NAME.fullmatch(each.name)
        if owner and started(int(owner[1])) != int(owner[2]):
            shutil.rmtree(each, ignore_errors=True)
    server = os.getppid()
    folder = parent / f"{server}-{started(server)}"
    folder.mkdir(exist_ok=True)
    return folder


def started(process: int) -> int | None:
    """Return when a process has started, in ticks of the system's clock; None if it has ended, 0 without ``/proc``."""
    if not Path("/proc/self/stat").exists():
        return 0
    with suppress(OSError):
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19])
    return None


def processes_that_ended(folder: Path) -> set[int]:
    """Return the workers whose present values are in the folder though they do not run any more."""
    found = (LIVE_GAUGE.fullmatch(each.name) for each in folder.iterdir())
    return {pid for pid in (int(each[1]) for each in found if each) if started(pid) is None}
