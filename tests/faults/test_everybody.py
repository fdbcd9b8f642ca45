"""Two imports, five editors and readers at once, on a served site with its worker: nobody's work is lost, and none fails."""

import logging
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import pytest

from bench.generate import generate_site
from bench.production import ROOT, environment_of, free_port, serving_command, wait_until_ready
from tests.support.desk_browser import DeskBrowser
from tests.support.killing import Killer

pytestmark = pytest.mark.xdist_group("serving")
logger = logging.getLogger(__name__)
SECONDS = float(os.environ.get("SOAK_SECONDS", "5"))
EDITORS = 5
PATHS = ["/", "/topics/", "/providers/", "/stories/", "/archive/", "/search/?q=the", "/feeds/", "/threads/"]
HEAT = re.compile(r"^heat: \d+$", re.MULTILINE)
# Accounts with sessions, and the article that all of them edit, whose quality they count up.
PREPARE = f"""
from importlib import import_module
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from articles.models import Article
for number in range({EDITORS}):
    user = User.objects.create_superuser(f"editor{{number}}")
    client = Client()
    client.force_login(user)
    print(client.cookies[settings.SESSION_COOKIE_NAME].value)
article = Article.objects.filter(is_reference=False).order_by("pk")[0]
print(article.pk, article.quality, article.source_path)
"""
READ = "from articles.models import Article; print(*Article.objects.values_list('quality', 'heat').get(pk={}))"


@contextmanager
def served(environment: dict[str, str]) -> Iterator[str]:
    """Serve a site, with its worker, and yield its address."""
    port = free_port()
    commands = [serving_command(port), [sys.executable, "manage.py", "worker"]]
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        for command in commands
    ]
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/readyz", processes[0])
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=60)


def edit(desk: DeskBrowser, pk: int, end: float) -> int:
    """Count the article's quality up, again and again; return how often it was saved."""
    path, saved = f"/admin/articles/article/{pk}/change/", 0
    while time.monotonic() < end:
        fields = desk.fields_of(path, "article_form")
        counted = str(int(dict(fields)["quality"]) + 1)
        status, text = desk.post(path, [(name, counted if name == "quality" else value) for name, value in fields])
        assert status in (200, 302), (status, text[:2000])
        saved += status == 302  # with 200, somebody else has saved it meanwhile: look at it, and try again
    return saved


def read(url: str, paths: list[str], end: float, seed: int) -> list[float]:
    """Read pages; return how long each took in seconds."""
    numbers, seconds, reader = random.Random(seed), [], DeskBrowser(url, "")
    while time.monotonic() < end:
        begun = time.monotonic()
        path = numbers.choice(paths)
        status, text = reader.get(path)
        assert status in (200, 301, 302), (path, status, text[:500])
        seconds.append(time.monotonic() - begun)
    return seconds


def import_again(killer: Killer, site: Path, end: float, seed: int) -> int:
    """Change files of one's own, and import the folder; return the number of imports that had their turn."""
    numbers, done = random.Random(seed), 0
    files = sorted(site.glob("_news/*.md"))[seed % 2 :: 2]
    while time.monotonic() < end:
        for path in files[::3]:
            text = path.read_text(encoding="utf-8")
            path.write_text(HEAT.sub(f"heat: {numbers.randrange(500)}", text, count=1), encoding="utf-8")
        code = killer.code("manage.py", "import_articles", str(site))
        assert code in (0, 3), code  # 3: the other one is running
        done += code == 0
    return done


def test_two_imports_five_editors_and_readers(tmp_path: Path, new_database: Callable[[], str]) -> None:
    database, site = new_database(), tmp_path / "site"
    generate_site(site, 40, 3)
    environment = environment_of(tmp_path) | {"DATABASE_URL": database, "PAGE_CACHE_MB": "32"}
    environment["DJANGO_SETTINGS_MODULE"] = "tests.faults.site_settings"
    killer = Killer(environment)
    killer.run("import_articles", str(site))
    *sessions, last = killer.output("manage.py", "shell", "--no-imports", "-c", PREPARE).splitlines()
    pk, quality, source = last.split()
    with served(environment) as url, ThreadPoolExecutor(16) as people:
        end = time.monotonic() + SECONDS
        editors = [people.submit(edit, DeskBrowser(url, session), int(pk), end) for session in sessions]
        readers = [people.submit(read, url, PATHS, end, number) for number in range(3)]
        imports = [people.submit(import_again, killer, site, end, number) for number in range(2)]
        saved = [each.result() for each in editors]
        seconds = [each for reader in readers for each in reader.result()]
        done = [each.result() for each in imports]
    killer.run("import_articles", str(site))
    killer.run("check_database")
    counted, heat = killer.output("manage.py", "shell", "--no-imports", "-c", READ.format(pk)).split()
    assert int(counted) == int(quality) + sum(saved)
    assert f"heat: {heat}\n" in (site / source).read_text(encoding="utf-8")
    assert sum(saved) > 0
    assert sum(done) > 0
    logger.info(
        "%d pages, 99 %% within %.0f ms; %d edits by %d editors, %d imports, in %.0f s",
        len(seconds), quantiles(seconds, n=100)[98] * 1000, sum(saved), EDITORS, sum(done), SECONDS,
    )  # fmt: skip
