"""All that readers get of a site, and every kind of change that editors can make to one."""

import datetime as dt
import html
import re
from urllib.parse import urljoin

from django.core.cache import cache
from django.db.models import Q
from django.test import Client
from PIL import Image

from articles.editorial.edits import edit_articles, editing
from articles.editorial.logos import store_logo
from articles.editorial.merging import merge_providers, merge_topics
from articles.editorial.renaming import save_edited
from articles.editorial.stories.apply import carry_out
from articles.editorial.stories.planning import Desk, Plan
from articles.models import (
    Article,
    ArticleTopic,
    Pin,
    Provider,
    ProviderAlias,
    RelatedLink,
    Story,
    StoryComparison,
    StoryDecision,
    StoryLead,
    Topic,
    TopicAlias,
)
from tests.support.factories import make_article, make_provider, make_topic

# What is known of rows, not of files: their ids, in the addresses of social cards and of embedded pages, in the names of
# items and in the buttons that follow, when they last changed, and the headlines that readers here saw before.
ROW = re.compile(
    r"/cards/[a-z]+-[0-9]+-[0-9a-f]+\.png|/embed/[a-z]+/[0-9]+/|urn:uuid:[0-9a-f-]+"
    r'|<p class="story__notes">.*?</p>|<div class="story__headlines">.*?</div>|name="(?:un)?follow_(?:story|thread)" value="[0-9]+"'
    r'|"(?:dateModified|date_modified)": ?"[^"]*",?|<(?:lastBuildDate|(?:atom:)?updated|lastmod)>[^<]*<',
    re.DOTALL,
)
LINK = re.compile(r'(?:href|src|action)="([/?][^"#]*)["#]')
# The number and slug of a story or thread tell how it grew: that is in a file only when everything was exported.
STORY = re.compile(r"(/|%2F)(?:stories|threads)\1\d+-(?:(?!%2F)[-\w%])+\1")
# A story's feed has when editors chose its lead, which is in no file.
OTHER_SIDES = re.compile(r"/admin/|/static/|/settings/change/|/search/\?q=|//|/stories/.*/feed\.")


def addresses_of(with_stories: bool) -> list[str]:
    """Return the addresses of all articles, and what only readers who came before know of, besides some of each kind."""
    addresses = ["/", "/search/?q=the", "/search/?q=ai&sort=date", "/opensearch.xml", "/manifest.webmanifest"]
    addresses += [article.get_absolute_url() for article in Article.objects.filter(is_reference=False, is_draft=False)]
    addresses += [f"/topics/{alias.slug}/" for alias in TopicAlias.objects.exclude(slug=None)]
    addresses += [f"/providers/{alias.domain}/" for alias in ProviderAlias.objects.all()]
    if with_stories:
        # Without a slug, or a member in full, a story has had no page.
        stories = Story.objects.filter(Q(size__gt=1) | Q(merged_into__size__gt=1)).exclude(slug="")
        addresses += [story.get_absolute_url() for story in stories]
    return addresses


def pages(
    client: Client, addresses: list[str], with_stories: bool, linked: bool = True
) -> dict[str, list[tuple[int, str]]]:
    """Return all that readers get at some addresses, and, if ``linked``, at all that these lead to."""
    cache.clear()
    addresses = list(addresses)
    known = set(addresses)
    found: dict[str, list[tuple[int, str]]] = {}
    for address in addresses:
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        text = body.decode("utf-8", "backslashreplace")
        links = (urljoin(address, html.unescape(link)) for link in LINK.findall(text))
        new = [each for each in dict.fromkeys(links) if linked and each not in known and not OTHER_SIDES.match(each)]
        addresses += new
        known.update(new)
        if "Location" in response:
            text = response["Location"]
        text = ROW.sub("", text)
        if not with_stories:
            address, text = (STORY.sub("/stories/-/", each) for each in (address, text))
        found.setdefault(address, []).append((response.status_code, text))
    return {address: sorted(each) for address, each in found.items()}


def edit_everything() -> None:
    """Make every kind of change that editors can make."""
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
    decide_about_stories()
    merge_topics(None, *Topic.objects.filter(articles__isnull=False).distinct().order_by("-pk")[:2])
    merge_providers(None, *Provider.objects.filter(articles__is_reference=False).distinct().order_by("-pk")[:2])
    moved = Provider.objects.filter(articles__is_reference=False).distinct().order_by("-pk")[1]
    moved.domain, moved.images = f"today.{moved.domain}", store_logo(Image.new("RGBA", (60, 60)))
    save_edited(moved, ["domain", "images"])
    renamed = Topic.objects.filter(articles__isnull=False).distinct().order_by("-pk")[1]
    renamed.name, renamed.slug = f"{renamed.name} today", f"{renamed.slug}-today"
    save_edited(renamed, ["name", "slug"])
    for topic in Topic.objects.order_by("pk")[:2]:
        topic.description, topic.position = f"About {topic.name}: all", topic.position + 100
        save_edited(topic, ["description", "position"])
    child = Topic(name="Made in the admin", slug="made", parent=topic, keywords=["a", "b c"], description="New.")
    save_edited(child, ["name", "slug", "parent", "keywords", "description"])
    for provider, kind in zip(Provider.objects.order_by("pk")[:3], ("wire", "vendor", "blog"), strict=True):
        provider.kind, provider.description = kind, f"About {provider.name}"
        save_edited(provider, ["kind", "description"])


def edit_addresses() -> None:
    """Change the address of one article, and rename the file of another."""
    one, other = Article.objects.filter(published=True, removed=False).exclude(source_path=None).order_by("pk")[3:5]
    Article.objects.filter(pk=one.pk).update(slug="another-address", date=dt.date(2022, 2, 3))
    Article.objects.filter(pk=other.pk).update(source_path="_news/sub/renamed.md")
    Pin.objects.create(article=one, reason="By its address", starts=dt.datetime(2023, 1, 1, tzinfo=dt.UTC),
                       ends=dt.datetime(2123, 1, 1, tzinfo=dt.UTC))  # fmt: skip


def decide_about_stories() -> None:
    """Make every kind of decision about stories: take out, split, move, join, and choose a lead."""
    decided: set[int] = set()

    def story(size: int) -> tuple[int, list[int]]:
        found = (
            Story.objects.filter(size__gte=size, lead__isnull=False).exclude(pk__in=decided).order_by("size", "pk")[0]
        )
        decided.add(found.pk)
        return found.pk, list(found.members.order_by("article").values_list("article", flat=True))

    def carry(plan: Plan) -> None:
        assert carry_out(None, plan, "story", "Decided", "A reason: this")

    (one, members), (other, others) = story(3), story(3)
    carry(Desk([one]).take_out(one, members[1:2]))
    carry(Desk([other, one]).move(other, others[:1], one))
    (one, _), (other, others) = story(1), story(2)
    carry(Desk([one, other]).join(one, other))
    one, members = story(3)
    carry(Desk([one]).split(one, members[:2]))
    one, members = story(2)
    follower = Article.objects.filter(pk__in=members, is_reference=False).order_by("heat", "pk")[0]
    edit_articles([follower.pk], published=True)
    carry(Desk([one]).choose_lead(one, follower.pk))
    (first, second, third), rows = list(Article.objects.order_by("pk")[:3]), StoryComparison.objects
    rows.create(article=second, other=first, same=True)
    rows.create(article=second, other=third, same=False)
    assert {*StoryDecision.objects.values_list("keeps_links", flat=True)} == {True, False}
    assert StoryDecision.objects.filter(joins=None).exists()
    assert StoryLead.objects.exists()
