"""The page that tells what mattered since a reader was last here, or since a day."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.pages.cached import cached_page
from articles.pages.cards import cards_for
from articles.pages.catch_up import leads_since, start_of
from articles.pages.front import Clock, with_reason
from articles.pages.kickers import common_topics
from articles.pages.shown import ANYTHING, shows
from articles.pages.story_list import newest_lead
from articles.preferences.personalise import for_reader, reader_of
from articles.preferences.visits import last_visit
from articles.text.parameters import day_from
from articles.views.pages import about_listing, render_page


@cached_page("show", "since")
@require_safe
def catch_up(request: HttpRequest) -> HttpResponse:
    shows(ANYTHING)
    reader = reader_of(request)
    clock = Clock.of(newest_lead())
    visit = last_visit(reader.choices)
    since = start_of(day_from(request.GET.get("since")), visit, clock.newest)
    leads = leads_since(since, reader.hidden_among)
    cards, hidden = for_reader([with_reason(card, clock) for card in cards_for(leads)], reader)
    context = {
        "since": since,
        "day": timezone.localtime(since).date(),
        "visit": visit,
        "cards": cards,
        "omitted": common_topics(cards),
        "hidden": hidden,
    }
    about = about_listing(
        request, _("Catch me up"), [card.url for card in cards], (_("Stories"), reverse("story_list"))
    )
    return render_page(request, "catch_up.html", context | about, reverse("catch_up"))
