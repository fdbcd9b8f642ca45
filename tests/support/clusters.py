"""PostgreSQL clusters of their own, in a temporary folder: a primary, and replicas that follow it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.production import free_port

SETTINGS = (
    "fsync=off",
    "full_page_writes=off",
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "shared_buffers=16MB",
    "wal_retrieve_retry_interval=200ms",
)


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL server here."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/pg_basebackup")]
    if not found and (elsewhere := shutil.which("pg_basebackup")):
        return Path(elsewhere).resolve().parent
    return max(found, key=lambda path: int(path.parent.name), default=None)


def run(*command: str) -> None:
    """Run a program of PostgreSQL, which refuses to be root."""
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    folder = programs()
    assert folder
    subprocess.run(
        [str(folder / command[0]), *command[1:]],
        check=True,
        cwd="/",
        stdout=subprocess.DEVNULL,
        **user,  # type: ignore[call-overload]
    )


@dataclass(frozen=True, slots=True)
class Cluster:
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = " ".join(f"-c {each}" for each in (*SETTINGS, f"port={self.port}"))
        run("pg_ctl", "-D", str(self.folder), "-l", f"{self.folder}.log", "-o", options, "-w", "start")

    def kill(self) -> None:
        """Stop at once, as a machine that fails."""
        run("pg_ctl", "-D", str(self.folder), "-m", "immediate", "-w", "stop")

    @property
    def is_running(self) -> bool:
        return (self.folder / "postmaster.pid").exists()

    def execute(self, *statements: str) -> Any:
        """Run statements, and return the first value of the last one's result."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None


@contextmanager
def clusters() -> Iterator["Clusters"]:
    is_root = os.geteuid() == 0
    # A folder for temporary files of root's own would be closed to the user postgres.
    with tempfile.TemporaryDirectory(prefix="newsreader-clusters-", dir="/tmp" if is_root else None) as name:
        if is_root:
            owner = pwd.getpwnam("postgres")
            os.chown(name, owner.pw_uid, owner.pw_gid)
        made = Clusters(Path(name))
        try:
            yield made
        finally:
            for each in made.all:
                if each.is_running:
                    each.kill()


class Clusters:
    """The clusters of one test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.all: list[Cluster] = []

    def new_primary(self) -> Cluster:
        cluster = self._cluster()
        run("initdb", "-D", str(cluster.folder), "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync")
        cluster.start()
        return cluster

    def replica_of(self, primary: Cluster) -> Cluster:
        cluster = self._cluster()
        source = f"host=127.0.0.1 port={primary.port} user=postgres"
        run("pg_basebackup", "-D", str(cluster.folder), "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        cluster.start()
        return cluster

    def _cluster(self) -> Cluster:
        cluster = Cluster(self.folder / str(len(self.all)), free_port())
        self.all.append(cluster)
        return cluster
