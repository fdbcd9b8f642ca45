"""A database of their own for workers in processes of their own, and the processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from bench.production import ROOT
from tests.locks.threads import call
from tests.support.databases import database_copy, url_of

PATIENCE = 60  # seconds, for a busy machine


class Workers:
    """Workers as processes, each in a group of its own, which end with the test."""

    def __init__(self, database: str) -> None:
        # Workers that are killed are missed soon.
        self.environment = os.environ | {"DATABASE_URL": database, "WORKER_LEASE_SECONDS": "1.5"}
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str, log: Path | None = None) -> "subprocess.Popen[bytes]":
        """Start a worker, or another command of manage.py, whose log goes into a file."""
        arguments = [sys.executable, "manage.py", *(command or ("worker",))]
        with log.open("wb") if log else nullcontext() as stderr:
            process = subprocess.Popen(arguments, cwd=ROOT, env=self.environment, start_new_session=True, stderr=stderr)
        self.processes.append(process)
        return process

    def end(self) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def workers(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workers]:
    """Return what starts workers on a database of their own, in which the functions of ``call`` are, too."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    with django_db_blocker.unblock(), database_copy(tmp_path) as copy:
        names = connections.settings["default"]
        original, names["NAME"] = names["NAME"], copy
        started = Workers(url_of(copy))
        try:
            yield started
        finally:
            started.end()
            names["NAME"] = original


@pytest.fixture
def until() -> Callable[[Callable[[], Any]], Any]:
    """Return a function that waits until another one, called in a thread of its own, returns something true."""

    def wait(look: Callable[[], Any]) -> Any:
        end = monotonic() + PATIENCE
        while monotonic() < end:
            if found := call(look):
                return found
            sleep(0.05)
        raise AssertionError("it does not come")

    return wait
