"""Deletes old articles that nothing depends on, and leaves word that their files stay out."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Q
from django.utils.translation import ngettext

from articles.changes import announce, changing_articles, stories_at_the_end
from articles.db.locks import writing
from articles.editorial.recording import recording
from articles.models import (
    Action,
    Article,
    Pin,
    RelatedEntry,
    RelatedLink,
    StoryComparison,
    Tombstone,
    UnlinkedEntry,
)
from articles.models.querysets import ArticleQuerySet
from articles.sync.imports.linking import Linker

AT_ONCE = 200  # articles, each with a few dozen rows, while others wait for the write lock


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which articles may go: published before a time, and of less quality, of a provider, of a folder, if these are set."""

    before: dt.datetime
    quality_below: int | None = None
    provider: str = ""
    folder: str = ""


def find_old(wanted: Wanted) -> list[int]:
    """Return the ids of the articles that may go, oldest first.

    Never those that an editor made, changed, pinned, noted or decided about, that belong to a story with a newer article,
    or that an article which stays lists as related.
    """
    found = dict.fromkeys(_untouched(wanted).order_by("published_date_time", "pk").values_list("pk", flat=True))
    _keep_linked(found)
    return list(found)


def _untouched(wanted: Wanted) -> Any:
    old = Q(is_reference=False, is_draft=False, published_date_time__lt=wanted.before)
    from_files = Q(source_path__isnull=False, edited={}, conflicts={}, publish_at=None, unlist_at=None)
    if wanted.quality_below is not None:
        old &= Q(quality__lt=wanted.quality_below)
    if wanted.provider:
        old &= Q(provider__domain=wanted.provider)
    if wanted.folder:
        old &= Q(folder__path=wanted.folder)
    undecided = Q(story_decision=None, story_lead=None, thread_decision=None, thread_name=None, notes=None)
    undecided &= Q(joined_by=None, thread_joined_by=None, member__story__notes=None)
    compared = StoryComparison.objects.all()
    return (
        Article.objects.filter(old, from_files, undecided)
        .exclude(pk__in=Pin.objects.values("article"))
        .exclude(pk__in=compared.values("article"))
        .exclude(pk__in=compared.values("other"))
        .exclude(member__story__last__gte=wanted.before)
    )


def _keep_linked(found: dict[int, None]) -> None:
    """Leave out what articles that stay list as related, and what these list, and so on."""
    targets: dict[int, set[int]] = defaultdict(set)
    links = RelatedLink.objects.order_by().values_list("article_id", "target_id")
    unlinked = UnlinkedEntry.objects.order_by().values_list("article_id", "entry__target_id")
    staying = set()
    for rows in (links, unlinked):
        for article, target in rows.iterator():
            if target in found and target != article:
                targets[article].add(target)
                if article not in found:
                    staying.add(article)
    while staying:
        kept = {target for article in staying for target in targets[article] if target in found}
        for pk in kept:
            del found[pk]
        staying = kept


def clean_up(ids: Iterable[int], on_progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Delete articles that ``find_old`` found, a few at a time, each few with their tombstones; return their number."""
    remaining = list(ids)
    done = 0
    for some in _pieces(remaining):
        done += _delete(some)
        on_progress(done, len(remaining))
    if done:
        text = ngettext("Cleaned up %d old article", "Cleaned up %d old articles", done)
        Action.objects.create(kind="cleanup", summary=text % done)
    return done


def _pieces(ids: list[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _delete(ids: list[int]) -> int:
    with writing(), stories_at_the_end():
        # An editor may have had one in hand meanwhile.
        articles = Article.objects.filter(pk__among=ids, edited={}, conflicts={}, pins=None, notes=None)
        going = _leave_tombstones(articles)
        listed = RelatedLink.objects.filter(article__among=going, entry__isnull=False)
        entries = set(listed.values_list("entry_id", flat=True))
        entries |= set(UnlinkedEntry.objects.filter(article__among=going).values_list("entry_id", flat=True))
        with changing_articles(going):
            Article.objects.filter(pk__among=going).delete()
        left = set(RelatedEntry.objects.filter(pk__among=entries).values_list("pk", flat=True))
        Linker().forget_orphans(left)
    return len(going)


def _leave_tombstones(articles: ArticleQuerySet) -> set[int]:
    """Leave a tombstone for each of some articles; return their ids."""
    names = ("source_path", "file_digest", "file_stamp", "folder_id")
    rows = articles.values_list("pk", *names)
    stones = {row[0]: Tombstone(**dict(zip(names, row[1:], strict=True))) for row in rows}
    # Not of unlisted ones: that they were here is nobody's business.
    for pk, date, slug in articles.answering().values_list("pk", "date", "slug"):
        stones[pk].date, stones[pk].slug = date, slug
    Tombstone.objects.bulk_create(stones.values(), ignore_conflicts=True)
    return set(stones)


def bring_back(paths: Iterable[str]) -> int:
    """Take tombstones away, so that the next import brings their files back; return their number."""
    action = let_in_again(None, {"source_path__among": set(paths)})
    return len(action.deleted[Tombstone._meta.label_lower]) if action else 0


def let_in_again(user: Any, which: dict[str, Any]) -> Action | None:
    """Take the tombstones away that a filter finds, as an action, so that the next import brings their files back."""
    with recording(user, "bring back", "") as record:
        record.watch(Tombstone, **which)
        number, _ = Tombstone.objects.filter(**which).delete()
        text = ngettext(
            "%d file that stayed out may come in again", "%d files that stayed out may come in again", number
        )
        record.summary = text % number
        # Pages that say that an article is gone are kept until anything changes.
        announce(listings=bool(number))
    return record.action
