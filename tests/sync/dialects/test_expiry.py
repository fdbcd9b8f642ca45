"""Files of other tools that say until when they are published."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone

from articles.editorial.schedule import run_due
from articles.models import Article
from tests.support.export_runs import run_export, snapshot
from tests.support.import_runs import import_problems

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "hugo.toml").write_text('title = "Notes"\n')
    return tmp_path


def write(root: Path, rest: str = "") -> None:
    text = f"---\ntitle: A\ndate: 2024-08-09T10:00:00Z\n{rest}---\nText.\n"
    (root / "content" / "a.md").write_text(text)
    import_problems(root)


def expiry(time: dt.datetime) -> str:
    return f"expiryDate: {time.isoformat()}\n"


def test_an_article_is_published_until_the_time_of_its_file_and_no_file_is_changed(root: Path) -> None:
    end = (timezone.now() + HOUR).replace(microsecond=0)
    write(root, expiry(end))
    article = Article.objects.get()
    assert (article.published, article.unlist_at) == (True, end)
    before = snapshot(root)
    assert (run_due(end - dt.timedelta(seconds=1)), run_due(end)) == (0, 1)
    article.refresh_from_db()
    assert (article.published, article.unlist_at, article.edited) == (False, None, {})
    assert run_export(root)[1] == []
    assert snapshot(root) == before


def test_a_time_without_zone_is_in_that_of_the_site(root: Path) -> None:
    (root / "hugo.toml").write_text('timeZone = "Asia/Tokyo"\n')
    write(root, "expiryDate: 2999-08-09\n")
    assert Article.objects.get().unlist_at == dt.datetime(2999, 8, 8, 15, tzinfo=dt.UTC)


def test_an_editors_time_stays_until_the_file_gives_another(root: Path) -> None:
    end = (timezone.now() + HOUR).replace(microsecond=0)
    write(root, expiry(end))
    Article.objects.update(unlist_at=end + HOUR)
    write(root, f"{expiry(end)}draft: false\n")
    assert Article.objects.get().unlist_at == end + HOUR
    write(root, expiry(end + 2 * HOUR))
    assert Article.objects.get().unlist_at == end + 2 * HOUR
    write(root)
    assert Article.objects.get().unlist_at is None
    Article.objects.update(unlist_at=end)
    write(root, "draft: false\n")
    assert Article.objects.get().unlist_at == end


def test_what_an_editor_ends_at_another_time_is_written_into_the_file(root: Path) -> None:
    end = (timezone.now() + HOUR).replace(microsecond=0)
    write(root, expiry(end + HOUR))
    Article.objects.update(unlist_at=end)
    run_due(end)
    assert Article.objects.get().edited == {"published": True}


def test_a_draft_has_no_end(root: Path) -> None:
    write(root, f"draft: true\n{expiry(timezone.now() + HOUR)}")
    assert Article.objects.get().unlist_at is None
