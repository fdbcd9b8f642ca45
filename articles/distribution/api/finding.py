"""The front page, and searches."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from articles.distribution.api import records
from articles.distribution.api.answers import NO_NUL, Paging, answer, chosen, next_url, page_answer
from articles.distribution.api.cursors import cursor_of, values_of
from articles.distribution.api.problems import bad_parameter
from articles.distribution.api.schemas import Article as ArticleRecord
from articles.distribution.api.schemas import Facet, FacetLink, Front, Placed, Problem, Results
from articles.models import Article
from articles.pages.cards import card_from
from articles.pages.front import LATEST, TOP_STORIES, Clock, choose_leads, with_reason
from articles.pages.latest import ids_of
from articles.pages.search_results import describe_ignored, facets
from articles.pages.shown import ANYTHING, shows
from articles.search.offered import Offered
from articles.search.query import MAX_LENGTH, parse
from articles.search.query import Query as SearchQuery
from articles.search.searching import FOUND_LIMIT, Found, Search, find, listed_only, prepare

router = Router(tags=["Front page and search"])


@router.get("/front", response={200: Front}, url_name="front")
def get_front(request: HttpRequest) -> HttpResponse:
    """Return the stories of the front page: the top ones, each with the reason why it is there, and the latest."""
    shows(ANYTHING)
    choice = choose_leads(TOP_STORIES, LATEST)
    clock = Clock.of(choice.newest)
    ids = [*choice.top, *ids_of(choice.latest)]
    absolute = request.build_absolute_uri
    rows = {row["id"]: row for row in Article.objects.filter(id__among=ids).card_columns("updated_at")}
    reasons = {
        pk: with_reason(card_from(rows[pk]), clock, choice.pins.get(pk)).reason for pk in choice.top if pk in rows
    }
    return answer(
        Front(
            top=[Placed(article=records.article_from(rows[pk], absolute), reason=text) for pk, text in reasons.items()],
            latest=[records.article_from(rows[pk], absolute) for pk in ids_of(choice.latest) if pk in rows],
        )
    )


class Asked(Paging):
    q: str = Field(
        "",
        max_length=MAX_LENGTH,
        pattern=NO_NUL,
        description="Words, “phrases”, -without, topic: provider: type: before: after:, as on the site.",
    )
    sort: Literal["relevance", "date"] = "relevance"


@router.get("/search", response={200: Results, 422: Problem}, url_name="search")
def search(request: HttpRequest, asked: Query[Asked]) -> HttpResponse:
    """Return the listed articles that a search finds, and links to narrower searches."""
    shows(ANYTHING)
    fields = chosen(asked.fields, ArticleRecord)
    prepared = listed_only(prepare(parse(asked.q)))
    found = find(prepared, asked.sort)
    start = values_of(asked.cursor, int)[0] if asked.cursor else 0
    if not 0 <= start <= FOUND_LIMIT:
        raise bad_parameter("cursor", "This is no cursor of a search.")
    end = start + asked.limit
    results = Results(
        data=records.articles_of(found.ids_from(start, asked.limit), request.build_absolute_uri),
        next=next_url(request, cursor_of(end) if end < len(found) else ""),
        found=len(found),
        has_more=found.has_more,
        ignored=[describe_ignored(each) for each in prepared.ignored],
        facets=facet_records(request, prepared, found) if len(found) > 1 else [],
    )
    return page_answer(results, fields)


def facet_records(request: HttpRequest, prepared: Search, found: Found) -> list[Facet]:
    def url_of(query: SearchQuery) -> str:
        from_start = request.GET.copy()
        from_start.pop("cursor", None)
        from_start["q"] = str(query)
        return request.build_absolute_uri(f"{request.path}?{from_start.urlencode()}")

    return [
        Facet(
            id=facet.id,
            title=facet.title,
            links=[FacetLink(name=link.name, url=link.url, articles=link.count or 0) for link in facet.links],
        )
        for facet in facets(prepared, found, url_of, Offered())
    ]
