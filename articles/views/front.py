"""The front page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.cards import TopicNode, cards_for, more_links, with_reason
from articles.ranking import Clock, choose_leads
from articles.sections import fill_sections, plan_sections, section_ids
from articles.topic_tree import flat, main_topics, topic_tree
from articles.views.pages import render_page

TOP_STORIES = 5
LATEST = 6
SECTIONS = 6
SECTION_SIZE = 4
SPARE = 3


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    choice = choose_leads(TOP_STORIES, LATEST)
    clock = Clock.of(choice.newest)
    topics = topic_tree()
    ids = choice.top + choice.latest
    plans = plan_sections(section_topics(topics), ids, SECTION_SIZE)[:SECTIONS]
    all_ids = ids + section_ids(plans)
    made = dict(zip(all_ids, cards_for(all_ids), strict=True))
    cards = [with_reason(made[pk], clock, choice.pins.get(pk)) for pk in ids]
    number = len(choice.top)
    context = {
        "lead": cards[0] if number else None,
        "secondary": cards[1:number],
        "sections": fill_sections(plans, made),
        "latest": cards[number:],
        "more": more_links(choice.more),
        "clock": clock,
        "topics": flat(topics),
    }
    return render_page(request, "front.html", context)


def section_topics(topics: list[TopicNode]) -> list[TopicNode]:
    """Return the topics that may have a section: more than there is room for, since some may have too little left."""
    return [topic for topic in main_topics(topics) if topic.count >= SECTION_SIZE][: SECTIONS + SPARE]
