"""Providers: all of them, and the articles of one."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.cards import provider_card
from articles.choices import choices_of
from articles.content.domains import normal_domain
from articles.content.taxonomy import provider_at
from articles.images import pick_logo
from articles.listings import Listing, Scope, listed_counts
from articles.models import Provider
from articles.novelty import since_last_visit
from articles.paging import get_page
from articles.personal import for_reader, provider_for, reader_of
from articles.views.pages import moved_to, render_page


@require_safe
def provider_list(request: HttpRequest) -> HttpResponse:
    counts, reader = listed_counts("provider"), reader_of(request)
    columns = ("id", "domain", "name", "images", "own_images", "kind", "description")
    cards = [
        provider_card(
            row["domain"],
            row["name"],
            pick_logo(row["images"], row["own_images"]),
            row["kind"],
            counts[row["id"]],
            row["description"],
        )
        for row in Provider.objects.values(*columns)
        if row["id"] in counts
    ]
    providers = [provider_for(card, reader) for card in cards]
    return render_page(request, "provider_list.html", {"providers": providers})


@require_safe
def provider(request: HttpRequest, domain: str) -> HttpResponse:
    found = Provider.objects.filter(domain=domain).first()
    if found is None:
        heir = provider_at(normal_domain(domain))
        return moved_to(request, heir.get_absolute_url() if heir else None)
    listing = Listing(Scope(provider=found))
    page = get_page(request, listing)
    logo = pick_logo(found.images, found.own_images)
    card = provider_card(found.domain, found.name, logo, found.kind, listing.count, found.description)
    cards, hidden = for_reader(page.cards, reader_of(request, domain=domain))
    context = {
        "provider": provider_for(card, reader_of(request)),
        "page": page,
        "cards": cards,
        "hidden": hidden,
        "seen": since_last_visit(cards, choices_of(request)),
    }
    return render_page(request, "provider.html", context, page.url)
