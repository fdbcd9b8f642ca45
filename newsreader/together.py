"""``python -m newsreader.together "COMMAND ..." "COMMAND ..."``: run programs together, and stop them together.

When one ends, or at Ctrl-C or SIGTERM, all others are asked to stop, and killed if they do not. None outlives this
process, not even when it is killed: on Linux, where the kernel sees to that.
"""

import contextlib
import ctypes
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence

STOP_SECONDS = 20.0
_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGCHLD}
_PR_SET_PDEATHSIG = 1


def run_together(commands: Sequence[Sequence[str]], stop_seconds: float = STOP_SECONDS) -> int:
    """Run programs until one ends or a signal comes; return the exit code: 0 after a signal, or that of the first."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        if libc:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

    # Blocked from here on, so that none is missed: they are waited for. SIGCHLD is not delivered while it is ignored.
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    # Each in a group of its own: Ctrl-C comes to this process only, which then tells each once.
    running = [subprocess.Popen(each, preexec_fn=prepare, process_group=0) for each in commands]  # noqa: PLW1509, S603
    try:
        while all(process.poll() is None for process in running):
            if signal.sigwait(_SIGNALS) != signal.SIGCHLD:
                return 0
        return next(process.returncode for process in running if process.returncode is not None) or 1
    finally:
        _stop(running, stop_seconds)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)


def _stop(running: "Sequence[subprocess.Popen[bytes]]", seconds: float) -> None:
    for process in running:
        if process.poll() is None:
            process.terminate()
    for process in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        # Whatever it has started and left behind.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


if __name__ == "__main__":
    sys.exit(run_together([shlex.split(command) for command in sys.argv[1:]]))
