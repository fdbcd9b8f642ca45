"""``check_database`` names each kind of stored value that is damaged, and mends that and nothing else."""

import datetime as dt
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from articles.changes import stories_at_the_end
from articles.changes.consistency import find_differences
from articles.models import (
    Article,
    ArticleTopic,
    ListingMonth,
    Pin,
    Provider,
    RelatedLink,
    SearchAddress,
    SearchDocument,
    SearchWord,
    Story,
    StoryDecision,
    StoryEvidence,
    StoryMember,
    Thread,
    ThreadLink,
    ThreadMember,
    Topic,
)
from articles.search.engines import engine
from articles.stories import update_marked_stories
from tests.support.events import events, one_event
from tests.support.factories import TIME, make_article, make_provider, make_reference, make_topic

pytestmark = pytest.mark.django_db
Rows = dict[str, list[dict[str, Any]]]
DERIVED = (
    ListingMonth,
    ArticleTopic,
    Article,
    Story,
    StoryEvidence,
    StoryMember,
    Thread,
    ThreadLink,
    ThreadMember,
    SearchDocument,
    SearchWord,
    SearchAddress,
)


@pytest.fixture(autouse=True)
@stories_at_the_end()
def site() -> None:
    """A story of three articles and a reference, which a topic folds, and two that stand alone, one to be listed later."""
    ai, law = make_topic("AI"), make_topic("Law")
    other = make_article([ai], title="Second account", provider=make_provider("b.example"), quality=2)
    third = make_article([ai, law], title="Third account", published=False)
    make_article([ai, law], related=[other, third, make_reference(title="Known")], title="First account", quality=9)
    make_article([law], title="Alone", published_date_time=TIME - dt.timedelta(days=2))
    before = make_article(title="Before", published_date_time=TIME - dt.timedelta(days=40))
    make_article(related=[before], title="After", published_date_time=TIME - dt.timedelta(days=20))
    make_article([law], title="Later", published_date_time=timezone.now() + dt.timedelta(days=60))


def check(*options: str) -> tuple[int, str]:
    """Return exit code and output of the command."""
    out = StringIO()
    try:
        call_command("check_database", *options, stdout=out)
    except SystemExit as error:
        return int(str(error.code)), out.getvalue()
    return 0, out.getvalue()


def stored() -> Rows:
    """Return all that follows from articles; counts have no ids that matter."""
    ignored = {"ListingMonth": "id", "SearchAddress": "id", "StoryEvidence": "id", "ThreadLink": "id"}
    return {
        model.__name__: sorted(
            ({name: value for name, value in row.items() if name != ignored.get(model.__name__)}
             for row in model._default_manager.order_by("pk").values()), key=str)
        for model in DERIVED
    }  # fmt: skip


def first() -> Article:
    return Article.objects.get(title="First account")


def set_ties() -> None:
    Article.objects.filter(title="Alone").update(tie=7)


def set_copies() -> None:
    ArticleTopic.objects.filter(article__title="Alone").update(listed_from=TIME, folded_from=TIME)


def set_copied_ties() -> None:
    ArticleTopic.objects.filter(article__title="Alone").update(tie=5)


def show_other_time_folded() -> None:
    ArticleTopic.objects.filter(article__title="Alone").update(folded_from=TIME)


def count_topic_wrongly() -> None:
    ListingMonth.objects.filter(topic__name="AI").update(count=9)


def count_folded_wrongly() -> None:
    ListingMonth.objects.filter(topic__name="AI").update(folded=9)


def lose_counts() -> None:
    ListingMonth.objects.filter(provider__isnull=False).delete()


def count_what_is_not_there() -> None:
    ListingMonth.objects.create(month=dt.date(1999, 1, 1), count=3)


def lose_member() -> None:
    StoryMember.objects.filter(article__title="Second account")._raw_delete("default")


def move_member() -> None:
    story = StoryMember.objects.get(article__title="Alone").story
    StoryMember.objects.filter(article__title="Second account").update(story=story)


def keep_member() -> None:
    """A draft is in no story."""
    Article.objects.filter(title="Third account").update(is_draft=True)


def join_by_hand() -> None:
    """A link that nobody has followed."""
    alone = Article.objects.get(title="Alone")
    RelatedLink.objects.bulk_create([RelatedLink(article=alone, target=first())])


def lose_evidence() -> None:
    StoryEvidence.objects.all().delete()


def set_evidence() -> None:
    StoryEvidence.objects.filter(one__title="Second account").update(likeness=0.7)


def set_lead() -> None:
    Story.objects.filter(size__gt=1).update(lead=Article.objects.get(title="Second account"))


def set_rank() -> None:
    Story.objects.filter(size__gt=1).update(rank=0)


def set_size() -> None:
    Story.objects.filter(size__gt=1).update(size=8, first=TIME)


def leave_story_without_members() -> None:
    Story.objects.create(slug="ghost", size=2, listed=2)


def lose_thread_links() -> None:
    ThreadLink.objects.all().delete()


def lose_thread_member() -> None:
    ThreadMember.objects.filter(story__lead__title="Before")._raw_delete("default")


def set_thread_time() -> None:
    ThreadMember.objects.update(time=TIME)


def set_thread_values() -> None:
    Thread.objects.update(stories=9, first=TIME)


def cut_thread_by_hand() -> None:
    Thread.objects.update(is_cut=True)


def unfold() -> None:
    ArticleTopic.objects.filter(folded_from=None, listed_from__isnull=False).update(folded_from=first().listed_from)


def fold() -> None:
    ArticleTopic.objects.filter(article__title="Alone").update(folded_from=None)


def lose_document() -> None:
    engine().delete([SearchDocument.objects.get(title__contains="alon").pk])


def rename_by_hand() -> None:
    Topic.objects.filter(name="Law").update(name="Justice")


def keep_document() -> None:
    row = SearchDocument.objects.values_list("article_id", "keys", "title", "names", "excerpt", "tie")[0]
    engine().insert([(2**40, 10**6, *row[1:])])


def lose_addresses() -> None:
    SearchAddress.objects.all().delete()


def keep_address() -> None:
    SearchAddress.objects.create(number=7, article_id=10**6)


def lose_words() -> None:
    SearchWord.objects.filter(word="alone").delete()


def damage_index() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO articles_search (articles_search) VALUES ('delete-all')")
        else:
            cursor.execute("UPDATE articles_searchdocument SET vector = 'other'")


DAMAGES: list[tuple[Callable[[], object], str, str]] = [
    (set_ties, "ties of articles", "Alone"),
    (set_copies, "times or ties in topics", "topic Law: article"),
    (set_copied_ties, "times or ties in topics", "Alone"),
    (show_other_time_folded, "times or ties in topics", "Alone"),
    (count_topic_wrongly, "counts of listings", "topic AI, 2023-09: 9, right is 2"),
    (count_folded_wrongly, "counts of listings", "by stories 9, right is 1"),
    (lose_counts, "counts of listings", "provider B.Example, 2023-09: 0, right is 1"),
    (count_what_is_not_there, "counts of listings", "everything, 1999-01: 3, right is 0"),
    (lose_member, "members of stories", "Second account"),
    (move_member, "members of stories", "Second account"),
    (keep_member, "members of stories", "Third account"),
    (join_by_hand, "members of stories", "Alone"),
    (lose_evidence, "evidence of stories", "Third account"),
    (set_evidence, "evidence of stories", "Second account"),
    (set_lead, "leads of stories", "Second account"),
    (set_rank, "ranks of stories", "First account"),
    (set_size, "other values of stories", "First account"),
    (leave_story_without_members, "other values of stories", "story "),
    (lose_thread_links, "links between stories", "Before"),
    (lose_thread_member, "threads of stories", "Before"),
    (set_thread_time, "threads of stories", "Before"),
    (set_thread_values, "values of threads", "thread "),
    (cut_thread_by_hand, "values of threads", "thread "),
    (unfold, "folding of stories in topics", "topic AI: article"),
    (fold, "folding of stories in topics", "Alone"),
    (lose_document, "search documents", "Alone"),
    (rename_by_hand, "search documents", "First account"),
    (keep_document, "search documents", "article 1000000, which does not exist"),
    (lose_addresses, "search addresses", "article "),
    (keep_address, "search addresses", "article 1000000, which does not exist"),
    (lose_words, "search words", "alone"),
    (damage_index, "search index", "does not say what its documents say"),
]


def test_nothing_differs_where_nothing_is_damaged() -> None:
    with events() as raised:
        assert check() == (0, "Counts, stories, threads and search are as a rebuild would give them.\n")
        assert check("--fix")[0] == 0
    assert raised == []


@pytest.mark.parametrize(("damage", "kind", "example"), DAMAGES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_damage_is_named_and_mended(damage: Callable[[], object], kind: str, example: str) -> None:
    whole = stored()
    damage()
    damaged = stored()
    code, text = check()
    assert code == 1
    assert f"{kind}: " in text
    assert example in text
    assert stored() == damaged  # looking writes nothing
    code, text = check("--fix")
    assert code == 0
    assert "All of that has been mended." in text
    assert check()[0] == 0
    if damage not in (rename_by_hand, keep_member, join_by_hand, move_member, leave_story_without_members):
        assert stored() == whole


@pytest.mark.parametrize(
    ("damage", "kind"), [(set_rank, "ranks of stories"), (count_topic_wrongly, "counts of listings")]
)
def test_only_what_is_damaged_is_named(damage: Callable[[], object], kind: str) -> None:
    damage()
    assert [each.kind for each in find_differences().differences()] == [kind]


def test_more_than_a_few_are_counted() -> None:
    for number in range(5):
        make_article(title=f"More {number}")
    ListingMonth.objects.all().delete()
    SearchAddress.objects.all().delete()
    text = check()[1]
    assert "search addresses: 13 not as a rebuild would give\n" in text
    assert "  and 10 more\n" in text


def test_what_is_mended_is_announced() -> None:
    set_rank()
    count_topic_wrongly()
    with one_event() as raised:
        check("--fix")
    assert Story.objects.get(size__gt=1).pk in raised[0].stories
    assert Topic.objects.get(name="AI").pk in raised[0].topics
    assert raised[0].listings


def test_what_only_time_has_changed_is_not_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    target = first()
    soon = make_article(title="Soon", published_date_time=timezone.now() + dt.timedelta(hours=1), quality=20)
    StoryDecision.objects.create(article=soon, joins=target, keeps_links=True)
    now = timezone.now() + dt.timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert check()[0] == 0
    update_marked_stories()
    assert Story.objects.get(members=target.pk).size == 5
    assert check()[0] == 0


def test_listings_are_rebuilt_by_a_command() -> None:
    whole = stored()
    lose_counts()
    count_folded_wrongly()
    set_copies()
    unfold()
    out = StringIO()
    with one_event() as raised:
        call_command("rebuild_listings", stdout=out)
    assert raised[0].everything
    assert out.getvalue() == "6 articles in 4 months\n"
    assert check()[0] in (0, 1)
    call_command("rebuild_stories", stdout=out)
    assert stored() == whole


def test_pins_and_providers_are_no_part_of_it() -> None:
    Pin.objects.create(article=first(), starts=TIME, ends=timezone.now() + dt.timedelta(days=1), reason="Hot")
    Provider.objects.filter(domain="b.example").update(description="By hand")
    assert check()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_the_check_looks_as_of_one_moment_and_writes_nothing() -> None:
    """Outside of a test's own transaction."""
    assert check()[0] == 0
    set_rank()
    assert check()[0] == 1
    assert check("--fix")[0] == 0
    assert not connection.in_atomic_block
