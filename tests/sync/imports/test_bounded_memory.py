"""What an import keeps in memory has bounds; what comes of it is the same with and without them."""

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from PIL import Image

from articles.content import sorted_paths
from articles.models import Article, Provider, StoryMember, Topic
from articles.sync.imports import memory, missing, run, story_steps
from articles.sync.imports.assets import Assets
from articles.sync.imports.report import Options, Report
from articles.sync.imports.run import import_paths

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]

NAMES = [f"_news/2023-09-{day:02}-a.md" for day in range(1, 13)]


@pytest.fixture
def site(tmp_path: Path, write_article: Write) -> Path:
    """A site whose files share images, logos and pieces with others far away, some of which are not there."""
    assets = tmp_path / "site" / "assets"
    assets.mkdir(parents=True)
    for name, size in (("a", (8, 6)), ("b", (9, 5)), ("logo", (7, 7))):
        Image.new("RGB", size).save(assets / f"{name}.png")
    for number, name in enumerate(NAMES):
        image, logo = ("a", "b", "missing")[number % 3], ("logo", "no-logo")[number % 2]
        write_article(
            name,
            webUrl=f'"https://a.example/{number % 5}"',
            provider=f"{{name: P{number % 4}, domain: p{number % 4}.example, images: [{{url: /assets/{logo}.png}}]}}",
            images=f"[{{url: /assets/{image}.png}}]",
        )
    return tmp_path / "site"


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds so low that each is met all the time."""
    monkeypatch.setattr(run, "BATCH_SIZE", 4)
    monkeypatch.setattr(run, "MANY", 5)
    monkeypatch.setattr(story_steps, "FIRST_STEP", 2)
    monkeypatch.setattr(story_steps, "LONGEST_STEP", 2)
    monkeypatch.setattr(run, "CACHED_IMAGES", 1)
    monkeypatch.setattr(missing, "PATHS_AT_ONCE", 2)
    monkeypatch.setattr(sorted_paths, "IN_MEMORY", 3)


def outcome(site: Path, **options: Any) -> tuple[Any, ...]:
    """Return what an import says and leaves in the database."""
    problems: list[str] = []
    report = Report()
    import_paths([site], lambda root, problem: problems.append(str(problem)), Options(**options), report)
    articles = Article.objects.order_by("source_path").values_list("source_path", "title", "own_images", "file_missing")
    lead = F("story__lead__source_path")
    members = StoryMember.objects.order_by("article__source_path").values_list("article__source_path", lead)
    providers = Provider.objects.order_by("domain").values_list("domain", "own_images")
    return sorted(problems), report, list(articles), list(members), list(providers)


def history(site: Path) -> list[tuple[Any, ...]]:
    """Return the outcomes of a first import, another, and those after files and images went and came."""
    outcomes = [outcome(site), outcome(site)]
    for name in islice(NAMES, 0, None, 2):
        (site / name).unlink()
    shutil.copy(site / "assets" / "logo.png", site / "assets" / "no-logo.png")
    shutil.copy(site / "assets" / "b.png", site / "assets" / "missing.png")
    outcomes += [outcome(site), outcome(site, prune=True)]
    return outcomes


@pytest.fixture
def unbounded(site: Path, tmp_path: Path, settings: Any) -> list[tuple[Any, ...]]:
    """What a copy of the site gives without bounds; the database is empty again afterwards."""
    copy = tmp_path / "again" / "site"
    shutil.copytree(site, copy)
    settings.MEDIA_ROOT = tmp_path / "other media"
    outcomes = history(copy)
    Article.objects.all().delete()
    Provider.objects.all().delete()
    Topic.objects.all().delete()
    settings.MEDIA_ROOT = tmp_path / "media"
    return outcomes


def test_bounds_change_nothing(site: Path, unbounded: list[tuple[Any, ...]], tight: None) -> None:
    assert history(site) == unbounded
    problems, report, articles, members, providers = unbounded[0]
    codes = {code: sum(code in problem for problem in problems) for code in ("W405", "W414")}
    assert codes == {"W405": 10, "W414": 7}
    assert report.created == len(articles) == len(members) == 12
    assert dict(providers)["p1.example"] == {"/assets/no-logo.png": None}
    assert dict(unbounded[-1][4])["p1.example"] == {"/assets/no-logo.png": [7, 7]}
    assert sum(missing for *_, missing in unbounded[-1][2]) == 6


def test_no_image_is_remembered_beyond_the_bound(site: Path, tight: None, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered: list[int] = []
    forget = Assets.forget

    def forget_and_count(assets: Assets) -> None:
        remembered.append(assets.looked_at)
        forget(assets)

    monkeypatch.setattr(Assets, "forget", forget_and_count)
    outcome(site)
    # Two files name up to four images between two looks at the bound.
    assert len(remembered) == 7
    assert max(remembered) <= 4


def test_many_files_give_memory_back_whenever_stories_are_updated(
    site: Path, tight: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    monkeypatch.setattr(run, "give_back_memory", lambda: calls.append(1))
    outcome(site)
    assert len(calls) == 5 + 1
    monkeypatch.setattr(run, "MANY", 13)
    outcome(site)
    assert len(calls) == 6 + 1


@pytest.mark.skipif(sys.platform != "linux" or platform.libc_ver()[0] != "glibc", reason="glibc alone can")
def test_freed_memory_is_given_back() -> None:
    """In a process of its own: what is freed below something in use stays with the C library until it is asked."""
    script = """
from pathlib import Path
from articles.sync.imports.memory import give_back_memory
def resident(): return int(Path("/proc/self/statm").read_text().split()[1])
texts = [bytes(60_000) for _ in range(1000)]
last = bytes(60_000)
del texts
before = resident()
give_back_memory()
print(before - resident())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 5_000  # pages


def test_other_c_libraries_are_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda name: object())
    memory.give_back_memory()
