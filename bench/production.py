"""A site as in production, to be measured: collected and compressed static files, served by granian.

It has a database and folders of its own, which are deleted when it stops.
"""

import contextlib
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE_EDITION = ROOT / "articles" / "seed"
START_SECONDS = 60
WITH_DESK = "--with-desk"
DATABASE = "newsreader.sqlite3"  # in the folder of the environment


@dataclass(frozen=True, slots=True)
class Site:
    """``url``: without a slash at the end; ``story``: the path of the largest story; ``environment``: for another one."""

    url: str
    story: str
    environment: Mapping[str, str]


@contextlib.contextmanager
def production_site(
    extra: Mapping[str, str] | None = None,
    database: Path | None = None,
    content: Path = SAMPLE_EDITION,
    with_desk: bool = False,
) -> Iterator[Site]:
    """Import a site folder and extra files, texts by path in such a folder, and serve them until the block ends.

    Without ``with_desk``, the styles and scripts of the editors' pages are left out, which take longest to compress.
    ``database`` is a file of SQLite with nothing in it but what migrations make, which take far longer than its copy.
    """
    with tempfile.TemporaryDirectory(prefix="newsreader-site-") as name:
        folder, environment = Path(name), environment_of(Path(name))
        for path, text in (extra or {}).items():
            (folder / "extra" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "extra" / path).write_text(text, encoding="utf-8")
        if database:
            shutil.copy(database, folder / DATABASE)
        folders = [content, *([folder / "extra"] if extra else [])]
        command = [sys.executable, "-m", "bench.production", *([WITH_DESK] if with_desk else []), *map(str, folders)]
        prepared = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        with served(environment) as url:
            yield Site(url, json.loads(prepared.stdout.splitlines()[-1])["story"], environment)


def environment_of(folder: Path) -> dict[str, str]:
    """Return an environment in which nothing depends on this machine's own settings."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench.site_settings",
        "SECRET_KEY": "a site to be measured",
        "DEBUG": "false",
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS_ONLY": "false",
        "VAR_DIR": str(folder),
        "MEDIA_ROOT": str(folder / "media"),
        "DATABASE_URL": f"sqlite:///{folder / DATABASE}",
        "CACHE_URL": "locmem://",
        "SITE_NAME": "Newsreader",
        "SITE_TAGLINE": "One story, many sources",
        "LANGUAGE_CODE": "en",
        "TIME_ZONE": "UTC",
        "PAGE_SIZE": "20",
    }


@contextlib.contextmanager
def served(environment: Mapping[str, str]) -> Iterator[str]:
    """Run granian as ``make serve`` does, on a port that is free; yield its address."""
    port = free_port()
    process = subprocess.Popen(serving_command(port), cwd=ROOT, env=dict(environment))
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(f"{url}/readyz", process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def serving_command(port: int) -> list[str]:
    """Return the very command of ``make serve``, which is the one that README and docs give."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    (options,) = re.findall(r"\$\(BIN\)/granian (.+)", makefile)
    return [str(Path(sys.executable).with_name("granian")), *shlex.split(options.replace("$(PORT)", str(port)))]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"granian ended with {process.returncode}")
        with contextlib.suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.05)
    raise TimeoutError(url)


def prepare(folders: list[Path], with_desk: bool) -> None:
    """Fill the database and folders of the environment; print what a measurement needs to know."""
    import django

    django.setup()
    from django.core.management import call_command

    from articles.content.problems import Level
    from articles.models import Story
    from articles.sync.imports.run import import_paths

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=[] if with_desk else ["admin"])
    report = import_paths(folders, lambda root, problem: None)
    assert not report.problems[Level.ERROR], report
    print(json.dumps({"story": Story.objects.order_by("-size")[0].get_absolute_url()}))


if __name__ == "__main__":
    prepare([Path(argument) for argument in sys.argv[1:] if argument != WITH_DESK], WITH_DESK in sys.argv)
