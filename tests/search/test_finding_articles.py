"""What queries find: the same on every engine."""

import datetime as dt
import unicodedata

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles.models import Article, SearchDocument
from articles.search import searching
from articles.search.engines import Criteria, engine, fts_query, ts_query, ts_vector
from articles.search.index import article_id_of, first_place, place_of, time_of
from articles.search.query import Ignored, parse
from articles.search.searching import find, prepare, site_analyzer
from tests.support.factories import TIME, make_article, make_provider, make_reference, make_topic

pytestmark = pytest.mark.django_db


def titles(text: str, sort: str = "date") -> list[str]:
    """Return the titles of what a query finds, in order."""
    by_id = dict(Article.objects.values_list("id", "title"))
    return [by_id[pk] for pk in find(prepare(parse(text)), sort).ids]


@pytest.fixture
def _articles() -> None:
    ai, security = make_topic("AI"), make_topic("AI in Security", slug="ai-security")
    gazette = make_provider("gazette.example", name="Harbour Gazette")
    kerb = make_provider("kerb.example", name="Kerbside")
    day = dt.timedelta(days=1)
    make_article([ai], title="Trams will run all night", excerpt="The council’s vote: 31 to 8.", provider=gazette,
                 published_date_time=TIME)  # fmt: skip
    make_article([ai, security], title="Running a tram in Zürich", excerpt="A night at the depot &amp; caf&eacute;.",
                 provider=kerb, published_date_time=TIME - 400 * day)  # fmt: skip
    make_article([security], title="Buses", excerpt="All night, trams will run beside them.", provider=kerb,
                 published_date_time=TIME - 2 * day, type="video")  # fmt: skip
    make_article(title="東京の路面電車", excerpt="हिन्दी भाषा مُحَمَّد", published_date_time=TIME - 800 * day)


@pytest.mark.usefixtures("_articles")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tram", ["Trams will run all night", "Buses", "Running a tram in Zürich"]),
        ("TRAMS night", ["Trams will run all night", "Buses", "Running a tram in Zürich"]),
        ("runs", ["Trams will run all night", "Buses", "Running a tram in Zürich"]),
        ("zurich", ["Running a tram in Zürich"]),
        ("ZÜRICH cafe", ["Running a tram in Zürich"]),
        ("council", ["Trams will run all night"]),
        ('"all night"', ["Trams will run all night", "Buses"]),
        ('"night all"', []),
        ('"trams will run all night"', ["Trams will run all night"]),
        ('"night the council"', []),
        ("tram -council", ["Buses", "Running a tram in Zürich"]),
        ('tram -"all night"', ["Running a tram in Zürich"]),
        ("-tram", ["東京の路面電車"]),
        ("kerbside", ["Buses", "Running a tram in Zürich"]),
        ("gazette.example", ["Trams will run all night"]),
        ("security tram", ["Buses", "Running a tram in Zürich"]),
        ('"ai ai"', []),
        ("topic:ai", ["Trams will run all night", "Running a tram in Zürich"]),
        ('topic:"ai in security" topic:AI', ["Running a tram in Zürich"]),
        ("-topic:ai", ["Buses", "東京の路面電車"]),
        ("topic:nowhere", []),
        ("-topic:nowhere tram", ["Trams will run all night", "Buses", "Running a tram in Zürich"]),
        ("provider:kerb.example", ["Buses", "Running a tram in Zürich"]),
        ("provider:www.KERB.example -zurich", ["Buses"]),
        (
            'provider:"harbour gazette" provider:kerbside',
            ["Trams will run all night", "Buses", "Running a tram in Zürich"],
        ),
        ("-provider:kerbside tram", ["Trams will run all night"]),
        ("type:video", ["Buses"]),
        ("tram -type:VIDEO", ["Trams will run all night", "Running a tram in Zürich"]),
        ("type:podcast", []),
        ("after:2023", ["Trams will run all night", "Buses"]),
        ("before:2023 tram", ["Running a tram in Zürich"]),
        ("after:2023-08-30 before:2023-09", ["Buses"]),
        ("after:2023-09-01", ["Trams will run all night"]),
        ("before:2023-09-01 after:2023-09-01", []),
        ("東京", ["東京の路面電車"]),
        ("京東", []),
        ("路面電車 -tram", ["東京の路面電車"]),
        ("भाषा محمد", ["東京の路面電車"]),
        ("foo:bar", []),
        ("31", ["Trams will run all night"]),
        ("and or not near tram*", []),
        ("(tram) + 'night'", ["Trams will run all night", "Buses", "Running a tram in Zürich"]),
    ],
)
def test_a_query_finds(text: str, found: list[str]) -> None:
    assert titles(text) == found
    assert sorted(titles(text, "relevance")) == sorted(found)
    search = prepare(parse(text))
    assert searching.count(search, 100) == len(found)
    assert searching.count(search, 1) == min(len(found), 1)


@pytest.mark.parametrize("text", ["", "  ", "++", '" "', "topic:", "before:never"])
def test_a_query_without_anything_to_search_for_asks_for_nothing(text: str) -> None:
    make_article()
    search = prepare(parse(text))
    assert search.criteria is None
    assert find(search).ids == []
    assert searching.count(search, 5) == 0


def test_what_names_nothing_is_told() -> None:
    search = prepare(parse("topic:x provider:y type:z ++ a"))
    assert set(search.ignored) == {Ignored("topic", "x"), Ignored("provider", "y"), Ignored("empty", "++")}


def test_only_listed_articles_are_found() -> None:
    now = timezone.now()
    listed = make_article(title="Tram now", published_date_time=now - dt.timedelta(seconds=2))
    make_article(title="Tram unlisted", published=False)
    make_article(title="Tram withdrawn", removed=True)
    make_article(title="Tram gone", file_missing=True)
    make_reference(title="Tram elsewhere")
    later = make_article(title="Tram later", published_date_time=now + dt.timedelta(hours=1))
    assert find(prepare(parse("tram"))).ids == [listed.pk]
    assert find(prepare(parse("tram"), now + dt.timedelta(hours=2)), "date").ids == [later.pk, listed.pk]
    assert set(find(prepare(parse("tram"))).ids) == set(Article.objects.listed().values_list("pk", flat=True))


def test_a_title_weighs_more_than_an_excerpt_and_newer_is_first_of_the_same() -> None:
    for number, (title, excerpt) in enumerate([("Bus", "A tram."), ("Tram", "A bus."), ("Tram", "A bus.")]):
        make_article(title=title, excerpt=excerpt, published_date_time=TIME - dt.timedelta(days=number))
    make_article(title="Nothing of it", published_date_time=TIME + dt.timedelta(days=1))
    newest, second, third = Article.objects.exclude(title="Nothing of it").order_by("-published_date_time")
    assert find(prepare(parse("tram")), "relevance").ids == [second.pk, third.pk, newest.pk]
    assert find(prepare(parse("tram")), "date").ids == [newest.pk, second.pk, third.pk]


def test_of_very_many_articles_the_newest_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "FOUND_LIMIT", 3)
    articles = [make_article(title="Tram") for _ in range(4)]
    found = find(prepare(parse("tram")))
    assert (found.ids, found.has_more) == ([article.pk for article in articles[:3]], True)
    assert not find(prepare(parse("tram after:2022 -topic:x type:article provider:a.example zebra"))).has_more


def test_articles_are_counted_by_year_and_key(settings: object) -> None:
    settings.TIME_ZONE = "America/New_York"  # type: ignore[attr-defined]
    topic = make_topic()
    for time in ("2022-12-31T23:00-05:00", "2023-01-01T00:00-05:00", "2023-12-31T23:59-05:00", "2025-06-01T00:00Z"):
        make_article([topic], title="Tram", published_date_time=dt.datetime.fromisoformat(time))
    with timezone.override("America/New_York"):
        found = find(prepare(parse("tram")))
        assert found.years == {2022: 1, 2023: 2, 2025: 1}
        assert len(find(prepare(parse("after:2023 before:2024"))).ids) == 2
    assert found.keys[f"¶t{topic.pk}"] == 4


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00Z", "1969-12-31T23:59:59.9Z", "2023-09-01T12:00Z", "9999-12-31T23:59:59Z"]
)
def test_places_are_in_the_order_of_time(time: str) -> None:
    moment = dt.datetime.fromisoformat(time)
    place = place_of(moment, 12)
    assert -(2**63) <= first_place(moment) <= place < 2**63
    assert article_id_of(place) == 12
    if 1500 < moment.year < 2500:
        assert time_of(place) == moment.replace(microsecond=0)
        assert place < place_of(moment + dt.timedelta(seconds=1), 1)


def test_criteria_are_written_in_the_language_of_each_engine() -> None:
    criteria = Criteria((("a",), ("b", "c")), (("d", "e"),), (("¶t1", "¶t2"),), ("¶p3",))
    assert fts_query(criteria) == '("a" AND "b c" AND ("¶t1" OR "¶t2")) NOT ("d e" OR "¶p3")'
    assert ts_query(criteria) == "('a') & ('b' <-> 'c') & ('¶t1' | '¶t2') & !('d' <-> 'e') & !('¶p3')"
    assert fts_query(Criteria()) == '"¶a"'
    assert ts_query(Criteria()) == "'¶a'"
    assert ts_vector("¶a", "b c b", "¶ d", "") == "'¶a' 'b':1A,3A 'c':2A 'd':2002B"


class AnyText(TestCase):
    """Any text at all can be indexed and searched for, and is found by its own words."""

    @given(st.text(min_size=1, max_size=60))
    def test_an_article_is_found_by_each_of_its_words(self, text: str) -> None:
        title = text.replace("\x00", "")
        if not title or any(unicodedata.category(letter) == "Cs" for letter in title):
            return
        article = make_article(title=title)
        tokens = site_analyzer().tokens(title)
        for criteria in [Criteria((tuple(tokens),)), *(Criteria(((token,),)) for token in tokens)] if tokens else []:
            assert article.pk in [article_id_of(place) for place, _, _ in engine().find(criteria, 100, True)]

    @given(st.text(max_size=220) | st.text(alphabet="ab:\"-()*^+&|!<>\\' topicbefore", max_size=220))
    def test_any_text_is_searched_for(self, text: str) -> None:
        make_article(title="a b")
        assert isinstance(find(prepare(parse(text))).ids, list)


def test_the_index_is_where_the_documents_are() -> None:
    article = make_article(title="Tram")
    SearchDocument.objects.all().delete()
    assert titles("tram") == []
    article.title = "Bus"
    article.save()
    assert titles("bus") == ["Bus"]
