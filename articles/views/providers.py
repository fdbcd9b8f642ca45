"""The list of providers, and the page of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.listings import Scope
from articles.models import Provider
from articles.pages.activity import activity_of
from articles.pages.addresses import moved_to, provider_called
from articles.pages.cached import cached_page
from articles.pages.cards import cards_for, provider_card
from articles.pages.images import pick_logo
from articles.pages.kept_listings import KeptListing
from articles.pages.kickers import common_topics
from articles.pages.paging import articles_page, requested_page
from articles.pages.reuse import reused
from articles.pages.shares import topic_shares
from articles.pages.shown import CATALOGUE, LISTINGS, shows, shows_provider
from articles.preferences.choices import choices_of
from articles.preferences.personalise import for_reader, provider_for, reader_of
from articles.preferences.visits import since_last_visit
from articles.text.parameters import text_from
from articles.views.pages import about_listing, render_page
from articles.views.provider_pages import all_listed, groups_on, letters, provider_pages

MAX_QUERY = 100  # characters of a filter


@cached_page("page", "q")
@require_safe
def provider_list(request: HttpRequest) -> HttpResponse:
    shows(LISTINGS)
    text = text_from(request.GET.get("q"), MAX_QUERY)
    rows = all_listed(text)
    page = requested_page(request, provider_pages(rows, request.path, text))
    context: dict[str, Any] = {
        "text": text,
        "page": page,
        "letters": letters(rows, page),
        "groups": groups_on(page, reader_of(request)),
        "is_long": bool(text) or page.has_other_pages(),
    }
    urls = [provider.url for group in context["groups"] for provider in group.providers]
    return render_page(request, "provider_list.html", context | about_listing(request, _("Providers"), urls), page.url)


@cached_page("page", "show")
@require_safe
def provider(request: HttpRequest, domain: str) -> HttpResponse:
    found = reused(("provider", domain), lambda: provider_of(domain))
    if found is None:
        heir = provider_called(domain)
        return moved_to(request, heir.get_absolute_url() if heir else None)
    shows_provider(found.pk)
    listing = KeptListing(Scope(provider=found))
    page = articles_page(request, listing)
    logo = pick_logo(found.images, found.own_images)
    card = provider_card(found.domain, found.name, logo, found.kind, listing.count, found.description)
    reader = reader_of(request, domain=domain)
    cards, hidden = for_reader(cards_for(list(page)), reader)
    context = {
        "provider": provider_for(card, reader_of(request)),
        "page": page,
        "cards": cards,
        "omitted": common_topics(cards),
        "hidden": hidden,
        "activity": activity_of(listing.months, page.paginator.url_of, page.paginator.per_page),
        "shares": topic_shares(found.pk, listing.count, reader.filter.muted_topics.__contains__),
        "seen": since_last_visit(cards, choices_of(request)),
    }
    path = (_("Providers"), reverse("provider_list"))
    about = about_listing(request, card.name, [each.url for each in cards], path, description=card.description)
    return render_page(request, "provider.html", context | about, page.url)


def provider_of(domain: str) -> Provider | None:
    shows(CATALOGUE)
    return Provider.objects.filter(domain=domain).first()
