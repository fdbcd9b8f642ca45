"""Providers: all of them, and the articles of one."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.cards import provider_card
from articles.listings import Listing, Scope, listed_counts
from articles.models import Provider
from articles.paging import get_page
from articles.views.pages import moved_to, render_page


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
    found = Provider.objects.filter(domain=domain).first()
    if found is None:
        heir = Provider.objects.filter(aliases__domain=domain).first()
        return moved_to(request, heir.get_absolute_url() if heir else None)
    listing = Listing(Scope(provider=found))
    page = get_page(request, listing)
    card = provider_card(found.domain, found.name, found.images, listing.count, found.description)
    return render_page(request, "provider.html", {"provider": card, "page": page}, page.url)
