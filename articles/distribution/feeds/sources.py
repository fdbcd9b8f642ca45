"""What the feeds of each kind hold: found by the rules of the pages beside them, in one query or two.

A source is None where the page beside it is missing.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.distribution.feeds.items import SIZE, newest, rows_of
from articles.listings import next_month
from articles.models import Article, ArticleTopic, Provider, Topic
from articles.models.visibility import listed
from articles.pages.archive import local_start
from articles.pages.front import choose_leads
from articles.pages.shown import ANYTHING, LISTINGS, shows, shows_provider, shows_topic
from articles.pages.topic_tree import all_topics
from articles.search.query import parse
from articles.search.searching import SORTS, find, listed_only, prepare
from articles.text.dates import written
from articles.text.rendering import plain_text

MAX_VALUES = 20  # topics or providers of one feed


@dataclass(frozen=True, slots=True)
class Source:
    """The rows of a feed, newest first or ranked; ``page`` is the path of the page that shows the same."""

    title: str
    page: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    description: str = ""


def front() -> Source:
    shows(ANYTHING)
    choice = choose_leads(SIZE, 0)
    title = _("%s: front page") % settings.SITE_NAME
    return Source(title, reverse("front"), rows_of(choice.top), _("The stories covered most and best"))


def latest() -> Source:
    shows(LISTINGS)
    title = _("%s: latest") % settings.SITE_NAME
    return Source(title, reverse("front"), newest(Article.objects.listed()), _("All articles, newest first"))


def topic(slug: str, is_deep: bool) -> Source | None:
    if is_deep:
        return _deep_topic(slug)
    links = ArticleTopic.objects.filter(listed(), topic__slug=slug).order_by("-listed_from", "-tie", "-article_id")
    found = list(links.values_list("article_id", "topic_id", "topic__name", "topic__description")[:SIZE])
    if found:
        _article, pk, name, description = found[0]
    else:
        row = Topic.objects.filter(slug=slug).values_list("pk", "name", "description").first()
        if row is None:
            return None
        pk, name, description = row
    shows_topic(pk)
    rows = rows_of([article for article, *_rest in found])
    return Source(_titled(name), reverse("topic", args=[slug]), rows, plain_text(description))


def _deep_topic(slug: str) -> Source | None:
    known = all_topics()
    found = next((each for each in known if each.slug == slug), None)
    if found is None:
        return None
    shows(ANYTHING)  # articles may join and leave any of the topics
    title = _("%s and its subtopics") % plain_text(found.name)
    rows = newest(_of_topics([found.pk, *_below(found.pk, known)]))
    return Source(_titled(title), found.get_absolute_url(), rows, plain_text(found.description))


def _below(pk: int, topics: Iterable[Topic]) -> list[int]:
    """Return the ids of all topics below one."""
    children: dict[int | None, list[int]] = {}
    for child in topics:
        children.setdefault(child.parent_id, []).append(child.pk)
    found, ahead = [], children.get(pk, [])
    while ahead:
        found += ahead
        # A row that is its own ancestor does not come again.
        ahead = [each for one in ahead for each in children.pop(one, [])]
    return found


def provider(domain: str) -> Source | None:
    rows = newest(Article.objects.listed().filter(provider__domain=domain))
    found = Provider.objects.filter(domain=domain).values_list("pk", "name", "description").first()
    if found is None:
        return None
    pk, name, description = found
    shows_provider(pk)
    return Source(_titled(name or domain), reverse("provider", args=[domain]), rows, plain_text(description))


def month(first: dt.date) -> Source | None:
    shows(LISTINGS)
    # One upper bound: with two, SQLite reads the index from now on, past all newer months.
    until = min(timezone.now(), local_start(next_month(first)) - dt.timedelta.resolution)
    rows = newest(Article.objects.listed(until).filter(listed_from__gte=local_start(first)))
    if not rows:
        return None
    page = reverse("archive_month", args=[f"{first.year:04d}", f"{first:%m}"])
    return Source(_titled(written(first, "F Y")), page, rows)


def search(text: str, query: str) -> Source:
    """Return the newest articles that a search finds; ``query`` is its query string."""
    shows(ANYTHING)
    asked = listed_only(prepare(parse(text)))
    found = find(asked, SORTS[1]) if asked.criteria else None
    rows = rows_of(found.ids_from(0, SIZE)) if found else []
    return Source(_titled(_("Search: %s") % plain_text(text)), f"{reverse('search')}?{query}", rows)


@dataclass(frozen=True, slots=True)
class Combination:
    """What a combined feed is to hold: articles of any of some topics and providers, without those of other topics."""

    topics: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    min_quality: int | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.topics or self.without or self.providers or self.min_quality is not None)


def combined(wanted: Combination, query: str) -> Source | None:
    """Return the newest articles of a combination; None if one of its topics or providers does not exist."""
    shows(ANYTHING)  # topics and quality change without a change of listings
    topics = dict(
        Topic.objects.filter(slug__among=[*wanted.topics, *wanted.without]).values_list("slug", "name").order_by()
    )
    providers = dict(Provider.objects.filter(domain__among=wanted.providers).values_list("domain", "name").order_by())
    if not topics.keys() >= {*wanted.topics, *wanted.without} or not providers.keys() >= {*wanted.providers}:
        return None
    articles = Article.objects.listed()
    if wanted.topics:
        articles = articles.filter(
            pk__in=ArticleTopic.objects.filter(topic__slug__among=wanted.topics).values("article")
        )
    if wanted.without:
        others = ArticleTopic.objects.filter(topic__slug__among=wanted.without)
        articles = articles.exclude(pk__in=others.values("article"))
    if wanted.providers:
        articles = articles.filter(provider__domain__among=wanted.providers)
    if wanted.min_quality is not None:
        articles = articles.filter(quality__gte=wanted.min_quality)
    names = [plain_text(topics[slug]) for slug in wanted.topics]
    names += [plain_text(providers[domain]) for domain in wanted.providers]
    names += [_("without %s") % plain_text(topics[slug]) for slug in wanted.without]
    if wanted.min_quality is not None:
        names.append(_("quality %d or more") % wanted.min_quality)
    return Source(_titled(", ".join(names)), f"{reverse('feeds')}?{query}", newest(articles))


def _of_topics(topics: Collection[int]) -> Any:
    links = ArticleTopic.objects.filter(topic__among=topics)
    return Article.objects.listed().filter(pk__in=links.values("article"))


def _titled(name: str) -> str:
    return f"{plain_text(name)} · {settings.SITE_NAME}"
