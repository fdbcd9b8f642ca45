"""The site's processes on this machine."""

import re
from contextlib import suppress
from pathlib import Path

SERVED = re.compile(r"newsreader\.(?:rsgi|wsgi):application")
WORKERS = re.compile(r"--workers[= ](\d+)")


def web_workers(processes: Path = Path("/proc")) -> int:
    """Return how many processes answer requests of this site, by the command lines of servers; 0 if that is unknown.

    Those that were started in another folder are another site's.
    """
    number, here = 0, Path.cwd()
    for path in processes.glob("[0-9]*/cmdline"):
        with suppress(OSError):
            line = path.read_bytes().decode(errors="replace").replace("\0", " ")
            program = line.partition(" ")[0]
            is_server = (
                SERVED.search(line) and not program.endswith(("sh", "make")) and "newsreader.together" not in line
            )
            if is_server and path.with_name("cwd").readlink() == here:
                found = WORKERS.search(line)
                number += int(found[1]) if found else 1
    return number
