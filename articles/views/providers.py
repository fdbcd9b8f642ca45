"""Providers: all of them, and the articles of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from articles.cards import provider_card
from articles.listings import Listing, Scope, listed_counts
from articles.models import Provider
from articles.paging import get_page
from articles.views.pages import render_page


@require_safe
def provider_list(request: HttpRequest) -> HttpResponse:
    counts = listed_counts("provider")
    providers = [
        provider_card(row["domain"], row["name"], row["images"], counts[row["id"]], row["description"])
        for row in Provider.objects.values("id", "domain", "name", "images", "description")
        if row["id"] in counts
    ]
    return render_page(request, "provider_list.html", {"providers": providers})


@require_safe
def provider(request: HttpRequest, domain: str) -> HttpResponse:
    found = get_object_or_404(Provider, domain=domain)
    listing = Listing(Scope(provider=found))
    page = get_page(request, listing)
    card = provider_card(found.domain, found.name, found.images, listing.count, found.description)
    return render_page(request, "provider.html", {"provider": card, "page": page}, page.url)
