"""Every rule about what readers may see, each in one place."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.apps import apps
from django.db import connections
from django.db.models import BooleanField, Case, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from articles.content.identity import slug_key, tie_of
from articles.content.layout import NEWS_FOLDER
from articles.db.bulk import update_columns
from articles.models import visibility
from articles.models.card_columns import earlier_titles_column, topics_column

if TYPE_CHECKING:
    from articles.models import Article, ArticleTopic, Story, Thread  # noqa: F401 - named in a base class

CARD_FIELDS = (
    "id",
    "date",
    "slug",
    "title",
    "excerpt",
    "published_date_time",
    "web_url",
    "original_url",
    "type",
    "images",
    "own_images",
    "heat",
    "quality",
    "provider__domain",
    "provider__name",
    "provider__kind",
    "provider__images",
    "provider__own_images",
    "member__story_id",
    "member__story__slug",
    "member__story__size",
    "member__story__providers",
    "member__story__lead_id",
    "member__story__other_1__name",
    "member__story__other_1__domain",
    "member__story__other_1__kind",
    "member__story__other_2__name",
    "member__story__other_2__domain",
    "member__story__other_2__kind",
    "member__story__other_3__name",
    "member__story__other_3__domain",
    "member__story__other_3__kind",
)
RELATED_FIELDS = (
    "id",
    "date",
    "slug",
    "title",
    "published_date_time",
    "web_url",
    "original_url",
    "published",
    "is_reference",
    "quality",
    "tie",
    "provider__name",
    "provider__domain",
    "provider__kind",
    "member__story_id",
    "member__story__slug",
    "member__story__size",
    "member__story__lead_id",
)
THREAD = "member__story__thread_member__thread_id"
# The columns of a story's member on the story's page.
ACCOUNT_FIELDS = (*RELATED_FIELDS, "provider_id")


class TopicRow(NamedTuple):
    """A listed article of a topic; ``story`` is its story's id, or minus its own while it has none."""

    topic: int | None
    article: int
    story: int


class ArticleQuerySet(QuerySet["Article"]):
    def listed(self, now: dt.datetime | None = None) -> Self:
        """Return what listings and search show: published, not withdrawn, no reference, and not of the future."""
        return self.filter(visibility.listed(now))

    def listed_later(self, now: dt.datetime | None = None) -> Self:
        """Return articles that are listed as soon as their time comes."""
        return self.filter(visibility.listed_later(now))

    def to_be_listed(self) -> Self:
        """Return articles that are listed, now or as soon as their time comes."""
        return self.filter(visibility.to_be_listed())

    def unlisted(self) -> Self:
        """Return articles that are on no listing, but may be linked from related lists."""
        return self.filter(published=False, removed=False, file_missing=False, is_reference=False, is_draft=False)

    def drafts(self) -> Self:
        """Return articles that were made here and never published; readers do not see them in any form."""
        return self.filter(is_draft=True)

    def withdrawn(self) -> Self:
        """Return articles that appear nowhere and whose addresses answer 410."""
        return self.filter(Q(removed=True) | Q(file_missing=True), is_reference=False)

    def not_withdrawn(self) -> Self:
        """Return all but withdrawn articles and drafts: those that related lists and stories may have, now or later."""
        return self.filter(removed=False, file_missing=False, is_draft=False)

    def in_conflict(self) -> Self:
        """Return articles with a field that the file and an editor changed differently."""
        return self.exclude(conflicts={})

    def edited_here(self) -> Self:
        """Return articles from files with fields that an editor changed."""
        return self.exclude(edited={})

    def scheduled(self) -> Self:
        """Return articles that are to be published or unlisted at a set time."""
        return self.filter(Q(publish_at__isnull=False) | Q(unlist_at__isnull=False))

    def to_export(self, everything: bool) -> Self:
        """Return articles whose files may have to be written: edited ones and those made here, or all that have a file.

        Drafts are excluded.
        """
        # An article with a file but no folder was made here and exported before.
        made_here = (Q(source_path__isnull=True) | Q(folder=None)) & Q(is_draft=False)
        which = made_here | (Q(file_missing=False) if everything else ~Q(edited={}))
        return self.filter(which, is_reference=False)

    def outside_of_sites(self) -> Self:
        """Return articles whose files are not in the ``_news`` folder of a site."""
        return self.filter(source_path__isnull=False).exclude(source_path__startswith=f"{NEWS_FOLDER}/")

    def of_folder(self, path: str) -> Self:
        """Return the articles of an imported folder, and those without one."""
        return self.filter(Q(folder__path=path) | Q(folder=None))

    def references(self) -> Self:
        """Return articles that are known only from related lists."""
        return self.filter(is_reference=True)

    def linkable(self, now: dt.datetime | None = None) -> Self:
        """Return what related lists may show: listed articles, and unlisted ones and references as links to providers.

        Unlisted articles without an address at a provider have nothing to lead to. Withdrawn articles appear nowhere, and articles to be listed later do not appear yet.
        """
        return self.not_withdrawn().filter(
            (Q(published=False) & ~Q(web_url="", original_url="")) | visibility.listed(now)
        )

    def coverage(self) -> Self:
        """Return what is not listed but an account of a story with a page: search finds it as a line of that story."""
        with_page = {"member__story__size__gt": 1, "member__story__lead__isnull": False}
        return self.not_withdrawn().filter(published=False, **with_page)

    def newest_first(self) -> Self:
        return self.order_by("-listed_from", "-tie", "-id")

    def derive_ties(self) -> None:
        """Write the tie that follows from each article's address, if it differs."""
        update_columns(self.model, "id", ["tie"], self.wrong_ties())

    def wrong_ties(self) -> list[tuple[int, int]]:
        """Return the tie that follows from its address, and the id, of each article that has another one."""
        rows = self.order_by().values_list("pk", "tie", "date", "slug", "web_url")
        ties = [(tie_of(date, slug, web_url), pk, before) for pk, before, date, slug, web_url in rows]
        return [(tie, pk) for tie, pk, before in ties if tie != before]

    def card_columns(self, *more: str) -> QuerySet["Article", dict[str, Any]]:
        """Return rows of what cards are made of; ``topics_json`` has the topics."""
        links = apps.get_model("articles", "ArticleTopic").objects.all()
        return self.annotate(topics_json=topics_column(links)).values(*CARD_FIELDS, "topics_json", *more)

    def page_row(self, date: dt.date, slug: str) -> dict[str, Any] | None:
        """Return the columns of an article's page, with ``removed``, ``file_missing`` and ``listed`` to decide by."""
        listed = Case(When(visibility.listed(), then=True), default=False, output_field=BooleanField())
        titles = earlier_titles_column(apps.get_model("articles", "EarlierTitle").objects.all())
        rows = self.filter(is_reference=False, date=date, slug=slug).annotate(listed=listed, earlier_titles_json=titles)
        columns = ("featured_content", "body", "removed", "file_missing", "listed", "updated_at", "tie", THREAD)
        return rows.card_columns(*columns, "earlier_titles_json").first()

    def answering(self) -> Self:
        """Return the articles whose addresses answer readers: those that are listed, and the withdrawn, which say so."""
        return self.filter(visibility.listed() | Q(removed=True) | Q(file_missing=True))

    def address_like(self, date: dt.date, slug: str) -> str | None:
        """Return the slug of a day's article that differs from ``slug`` only in case or Unicode form.

        Unpublished articles do not count, as a redirect would reveal them.
        """
        wanted = slug_key(slug)
        slugs = self.answering().filter(is_reference=False, date=date).order_by().values_list("slug", flat=True)
        return min((each for each in slugs.iterator() if slug_key(each) == wanted), default=None)

    def preview_row(self, pk: int) -> dict[str, Any] | None:
        """Return the columns of an article's preview, whether readers may see it or not."""
        rows = self.filter(is_reference=False, pk=pk)
        columns = ("featured_content", "body", "removed", "file_missing")
        return rows.card_columns(*columns).first()

    def lead_row(self, pk: int) -> dict[str, Any]:
        """Return the columns of a story's lead for its page."""
        return self.card_columns("featured_content", "body").get(pk=pk)

    def accounts_of(self, story_id: int) -> QuerySet["Article", dict[str, Any]]:
        """Return rows of the members of a story that readers may see, best account first."""
        members = self.linkable().filter(member__story=story_id)
        return members.order_by("-quality", "published_date_time", "tie", "id").values(*ACCOUNT_FIELDS)

    def accounts_of_each(self, stories: Collection[int]) -> QuerySet["Article", dict[str, Any]]:
        """Return rows of the members of some stories that readers may see, best accounts first."""
        members = self.linkable().filter(member__story__among=stories)
        return members.order_by("-quality", "published_date_time", "tie", "id").values(*RELATED_FIELDS)

    def coverage_rows(self, ids: Collection[int]) -> QuerySet["Article", dict[str, Any]]:
        """Return rows of those of ``ids`` that search shows as lines of their stories, with the titles of their leads."""
        # The lead of a story may be listed later.
        shown = self.coverage().filter(visibility.listed(column="member__story__listed_from"), id__among=ids)
        return shown.values(*RELATED_FIELDS, "member__story__lead__title")

    def related_to(self, article_id: int) -> QuerySet["Article", dict[str, Any]]:
        """Return rows of one article's related articles, in the order of its file."""
        return (
            self.linkable()
            .filter(incoming_links__article=article_id)
            .order_by("incoming_links__position", "incoming_links__id")
            .values(*RELATED_FIELDS)
        )

    def related_to_page(
        self, ids: Collection[int], now: dt.datetime, per_provider: int
    ) -> QuerySet["Article", dict[str, Any]]:
        """Return rows of articles related to those of a page, best quality first, without those on the page."""
        sources = self.model.objects.filter(related_from__among=ids)
        best_first = ["-quality", "-published_date_time", "-tie", "-id"]
        rank = Window(RowNumber(), partition_by="provider", order_by=best_first)
        return (
            self.linkable(now)
            .filter(id__in=sources.values("id"))
            .exclude(id__among=ids)
            .annotate(rank=rank)
            .filter(rank__lte=per_provider)
            .order_by(*best_first)
            .values(*RELATED_FIELDS)
        )


class StoryQuerySet(QuerySet["Story"]):
    def with_page(self) -> Self:
        """Return the stories that have a page of their own: several articles, and a lead that is listed."""
        return self.filter(visibility.listed(), lead__isnull=False, size__gt=1)


class ThreadQuerySet(QuerySet["Thread"]):
    def with_page(self) -> Self:
        """Return the threads that have a page: readers see several stories, one of them with a listed article."""
        return self.filter(head__isnull=False, stories__gt=1)


class ArticleTopicQuerySet(QuerySet["ArticleTopic"]):
    def newest_by_topic(self, numbers: Mapping[int, int], also: Collection[int] = ()) -> list[TopicRow]:
        """Return the newest listed articles of topics, one of each story, in one query.

        ``numbers`` has the limit for each topic id. Rows of the articles ``also`` are included, with None as topic.
        """
        # Each part reads the beginning of a range of an index. The ORM cannot limit the parts of a union on SQLite, and
        # takes longer to compile so many than the database takes to answer.
        connection = connections[self.db]
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        parts = [NEWEST_OF_TOPIC] * len(numbers) + [STORY_OF_ARTICLE] * len(also)
        values: list[Any] = [value for topic, number in numbers.items() for value in (topic, now, number)]
        if not parts:
            return []
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), [*values, *also])
            rows = sorted(cursor.fetchall(), key=lambda row: (str(row[3] or ""), row[4], row[1]), reverse=True)
        return [TopicRow(topic, article, story or -article) for topic, article, story, _time, _tie in rows]


NEWEST_OF_TOPIC = """
    SELECT * FROM (
        SELECT link.topic_id, link.article_id, member.story_id, link.folded_from, link.tie
        FROM articles_articletopic AS link
        LEFT JOIN articles_storymember AS member ON member.article_id = link.article_id
        WHERE link.topic_id = %s AND link.folded_from <= %s
        ORDER BY link.folded_from DESC, link.tie DESC, link.article_id DESC
        LIMIT %s
    ) AS newest
"""
STORY_OF_ARTICLE = "SELECT NULL, article_id, story_id, NULL, 0 FROM articles_storymember WHERE article_id = %s"
