"""What editors decide goes to the files, and a fresh import of them is the same site, page for page."""

import datetime as dt
import html
import re
import shutil
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from articles.catalogue import keep_old_words, merge_providers, merge_topics
from articles.content.exporting import ExportReport
from articles.editing import edit_articles, editing, note_edited_fields
from articles.models import Article, ArticleTopic, Pin, Provider, RelatedLink, StoryDecision, StoryLead, Topic
from bench.generate import generate_site
from tests.conftest import SEED_EDITION
from tests.exports import run_export, run_import
from tests.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
LINK = re.compile(r'(?:href|src|action)="(/[^"/#][^"#]*|/)["#]')
# A story's number and slug tell how it grew: that is in a file only when everything was exported.
STORY = re.compile(r"/stories/\d+-[-\w%]+/")
OTHER_SIDES = ("/admin/", "/static/", "/settings/change/", "/search/?q=")


def pages(client: Client, with_stories: bool) -> dict[str, list[tuple[int, str]]]:
    """Return all that readers get at all addresses that lead to each other, and at those of all articles."""
    cache.clear()
    addresses = ["/", "/search/?q=the", "/search/?q=ai&sort=date", "/opensearch.xml", "/manifest.webmanifest"]
    addresses += [article.get_absolute_url() for article in Article.objects.filter(is_reference=False)]
    found: dict[str, list[tuple[int, str]]] = {}
    for address in addresses:
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        text = body.decode("utf-8", "backslashreplace")
        links = (html.unescape(link) for link in LINK.findall(text))
        addresses += [
            each for each in dict.fromkeys(links) if each not in addresses and not each.startswith(OTHER_SIDES)
        ]
        if not with_stories:
            address, text = (STORY.sub("/stories/-/", each) for each in (address, text))
        found.setdefault(address, []).append((response.status_code, text))
    return {address: sorted(each) for address, each in found.items()}


def edit_everything(site: Path) -> None:
    """Let editors do all that they can."""
    articles = list(Article.objects.filter(is_reference=False).order_by("-heat", "pk"))
    listed = [article for article in articles if article.is_listed]
    made = make_article([make_topic("AI")], [listed[0], listed[3]], title="Made here: “A title”", slug="made-here",
                        excerpt="An\nexcerpt", body="A *text*.\n\nOf two.", heat=500, quality=99)  # fmt: skip
    edit_articles([listed[0].pk], title="Edited & <b>bold</b>", excerpt="Another excerpt, #1: “new”")
    edit_articles([listed[1].pk], removed=True)
    edit_articles([listed[2].pk], published=False)
    edit_articles([listed[3].pk], provider=make_provider("new.example", name="New & Co."), heat=400)
    edit_articles([listed[4].pk], published_date_time=dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC), body="Text.")
    with editing([listed[5].pk, listed[6].pk]):
        ArticleTopic.objects.filter(article=listed[5]).delete()
        for position, name in enumerate(("New topic", "AI")):
            ArticleTopic.objects.create(article=listed[5], topic=make_topic(name), position=position)
        RelatedLink.objects.filter(article=listed[6]).delete()
        for position, target in enumerate((made, listed[7])):
            RelatedLink.objects.create(article=listed[6], target=target, position=position)
    for place, article in ((1, listed[8]), (2, made)):
        Pin.objects.create(article=article, place=place, reason="Read: this", starts=dt.datetime(2023, 1, 1, tzinfo=dt.UTC),
                           ends=dt.datetime(2123, 1, 1, tzinfo=dt.UTC))  # fmt: skip
    member = Article.objects.filter(member__story__size__gt=2, is_reference=False).order_by("pk")[1]
    StoryDecision.objects.create(article=member, reason="Another story")
    joining = Article.objects.filter(member__story__size=1, is_reference=False, removed=False).order_by("pk")[0]
    StoryDecision.objects.create(article=joining, joins=listed[8])
    StoryDecision.objects.create(article=listed[9], joins=listed[8], keeps_links=True)
    follower = Article.objects.filter(member__story__size__gt=2, heat=-1, is_reference=False).order_by("pk").last()
    if follower:
        edit_articles([follower.pk], published=True)
        StoryLead.objects.create(article=follower, reason="The better account")
    merge_topics(None, *Topic.objects.filter(articles__isnull=False).distinct().order_by("-pk")[:2])
    merge_providers(None, *Provider.objects.filter(articles__is_reference=False).distinct().order_by("-pk")[:2])
    renamed = Topic.objects.filter(articles__isnull=False).distinct().order_by("-pk")[1]
    old, slug, renamed.name, renamed.slug = renamed.name, renamed.slug, f"{renamed.name} today", f"{renamed.slug}-today"
    note_edited_fields(renamed, ["name", "slug"])
    renamed.save()
    keep_old_words(renamed, old, slug)
    for topic in Topic.objects.order_by("pk")[:2]:
        topic.description, topic.position = f"About {topic.name}: all", topic.position + 100
        note_edited_fields(topic, ["description", "position"])
        topic.save()
    child = Topic(name="Made in the admin", slug="made", parent=topic, keywords=["a", "b c"], description="New.")
    note_edited_fields(child, ["name", "slug", "parent", "keywords", "description"])
    child.save()
    for provider, kind in zip(Provider.objects.order_by("pk")[:3], ("wire", "vendor", "blog"), strict=True):
        provider.kind, provider.description = kind, f"About {provider.name}"
        note_edited_fields(provider, ["kind", "description"])
        provider.save()


@pytest.mark.parametrize("everything", [False, True], ids=["changes", "all"])
@pytest.mark.parametrize("source", ["generated", "sample"])
def test_after_an_export_a_fresh_import_is_the_same_site_page_for_page(
    tmp_path: Path, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, source: str, everything: bool
) -> None:
    # Pages tell how old articles are.
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    site = tmp_path / "site"
    if source == "generated":
        generate_site(site, 60, 8)
    else:
        shutil.copytree(SEED_EDITION, site)
    undo = transaction.savepoint()
    run_import(site)
    edit_everything(site)
    before = pages(client, everything)
    out = tmp_path / "out" if everything else site
    out.mkdir(exist_ok=True)
    assert run_export(out, everything)[1] == []
    transaction.savepoint_rollback(undo)
    assert not Article.objects.exists()
    settings.MEDIA_ROOT = tmp_path / "other-media"
    problems = run_import(out)
    assert [problem for problem in problems if " N50" not in problem] == []
    after = pages(client, everything)
    assert sorted(after) == sorted(before)
    for address, page in before.items():
        assert "\n".join(unified_diff(*(str(each).split("\\n") for each in (page, after[address])), n=0)) == "", address
    assert len(before) > 100
    assert run_export(out) == (ExportReport(unchanged=run_export(out)[0].unchanged), [])
