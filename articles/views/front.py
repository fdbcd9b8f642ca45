"""The front page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.cards import cards_for, more_links, with_reason
from articles.ranking import Clock, choose_leads
from articles.topic_tree import flat, topic_tree
from articles.views.pages import render_page

TOP_STORIES = 5
LATEST = 20


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    choice = choose_leads(TOP_STORIES, LATEST)
    clock = Clock.of(choice.newest)
    ids = choice.top + choice.latest
    cards = [with_reason(card, clock, choice.pins.get(pk)) for pk, card in zip(ids, cards_for(ids), strict=True)]
    number = len(choice.top)
    context = {
        "lead": cards[0] if number else None,
        "secondary": cards[1:number],
        "latest": cards[number:],
        "more": more_links(choice.more),
        "clock": clock,
        "topics": flat(topic_tree()),
    }
    return render_page(request, "front.html", context)
