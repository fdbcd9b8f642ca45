"""The topics as a tree, and the providers."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from articles.distribution.api import records
from articles.distribution.api.answers import Fields, Paging, answer, chosen, next_url, page_answer
from articles.distribution.api.articles import provider_at
from articles.distribution.api.cursors import cursor_of, values_of
from articles.distribution.api.schemas import Page, Problem, Topics
from articles.distribution.api.schemas import Provider as ProviderRecord
from articles.listings import listed_counts
from articles.models import Provider
from articles.pages.cards import ProviderCard, provider_card
from articles.pages.images import pick_logo
from articles.pages.reuse import reused
from articles.pages.shown import ANYTHING, CATALOGUE, LISTINGS, shows
from articles.pages.topic_tree import topic_tree

router = Router(tags=["Catalogue"])


@router.get("/topics", response={200: Topics}, url_name="topics")
def list_topics(request: HttpRequest) -> HttpResponse:
    """Return all topics as a tree, in the order of the site."""
    shows(LISTINGS, CATALOGUE)
    return answer(Topics(data=records.topics_from(topic_tree(), request.build_absolute_uri)))


@router.get("/providers", response={200: Page[ProviderRecord], 422: Problem}, url_name="providers")
def list_providers(request: HttpRequest, wanted: Query[Paging]) -> HttpResponse:
    """Return the providers that have listed articles, by domain."""
    shows(ANYTHING)
    fields = chosen(wanted.fields, ProviderRecord)
    counts = counts_by_provider()
    after = values_of(wanted.cursor, str)[0] if wanted.cursor else ""
    domains = Provider.objects.filter(id__among=list(counts), domain__gt=after).order_by("domain")
    rows = list(domains[: wanted.limit + 1])
    shown, has_more = rows[: wanted.limit], len(rows) > wanted.limit
    data = [
        records.provider_from(card_of(provider, counts[provider.pk]), request.build_absolute_uri) for provider in shown
    ]
    following = next_url(request, cursor_of(shown[-1].domain)) if has_more else None
    return page_answer(Page[ProviderRecord](data=data, next=following), fields)


@router.get("/providers/{str:domain}", response={200: ProviderRecord, 404: Problem, 422: Problem}, url_name="provider")
def get_provider(request: HttpRequest, domain: str, wanted: Query[Fields]) -> HttpResponse:
    """Return the provider that has, or had, a domain."""
    shows(ANYTHING)
    fields = chosen(wanted.fields, ProviderRecord)
    provider = provider_at(domain)
    card = card_of(provider, counts_by_provider().get(provider.pk, 0))
    return answer(records.provider_from(card, request.build_absolute_uri), fields)


def counts_by_provider() -> dict[int, int]:
    def count() -> dict[int, int]:
        shows(LISTINGS)
        return listed_counts("provider")

    return reused(("api counts",), count)


def card_of(provider: Provider, count: int) -> ProviderCard:
    logo = pick_logo(provider.images, provider.own_images)
    return provider_card(provider.domain, provider.name, logo, provider.kind, count, provider.description)
