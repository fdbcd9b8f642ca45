"""The front page."""

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.pages import structured_data
from articles.pages.cached import cached_page
from articles.pages.cards import Card, TopicNode, cards_for
from articles.pages.front import LATEST, TOP_STORIES, Choice, Clock, choose_leads, with_reason
from articles.pages.kickers import common_topics
from articles.pages.latest import entries_of, ids_of
from articles.pages.sections import SectionPlan, fill_sections, plan_sections, section_ids
from articles.pages.shown import ANYTHING, shows
from articles.pages.social import social
from articles.pages.topic_tree import all_nodes, all_topics, flat, main_topics, topic_tree_of
from articles.preferences.followed import followed_by
from articles.preferences.personalise import Hidden, Reader, personalised_list, reader_of, topics_for
from articles.preferences.visits import last_visit, since_last_visit, with_new
from articles.views.context_processors import masthead_topics
from articles.views.pages import render_page, site_of

SECTIONS = 6
SECTION_SIZE = 4
# Stories of a section and of the latest, for readers who want many headlines at once.
COMPACT_SIZE, COMPACT_LATEST = 6, 2 * LATEST
SPARE = 3
FOLLOWED = 12  # followed topics with a section


@cached_page("show")
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    shows(ANYTHING)
    reader = reader_of(request)
    is_compact = reader.choices.density == "compact"
    size, latest = (COMPACT_SIZE, COMPACT_LATEST) if is_compact else (SECTION_SIZE, LATEST)
    catalogue = all_topics()
    topics = topic_tree_of(catalogue)
    followed = plan_sections(followed_topics(topics, reader), [], size, 1, reader.hidden_among)
    without = [story for plan in followed for story in plan.stories]
    choice = choose_leads(TOP_STORIES, latest, reader.hidden_among, without, last_visit(reader.choices))
    # What is folded may also be in a section, where it is in sight.
    shown = section_ids(followed) + choice.top + [run.lead for run in choice.latest]
    without_topics = {*reader.filter.muted_topics, *(plan.topic.slug for plan in followed)}
    left = section_topics(topics, without_topics)
    others = plan_sections(left, shown, size, hidden_among=reader.hidden_among)[:SECTIONS]
    ids = list(dict.fromkeys([*shown, *section_ids(others), *ids_of(choice.latest)]))
    cards = dict(zip(ids, personalised_list(cards_for(ids), reader), strict=True))
    context = leads_context(choice, cards, reader) | {
        "followed": fill_sections(followed, cards),
        "sections": fill_sections(others, cards),
        "your_stories": followed_by(reader.choices, last_visit(reader.choices), reader.filter.hidden_articles()),
        "nav_topics": masthead_topics(request, catalogue),
        "topics": with_new(topics_for(flat(topics), reader), request),
        "hidden": hidden_on_page(choice, [*followed, *others], cards, reader),
    }
    return render_page(request, "front.html", context | about_front(request, [cards[pk].url for pk in choice.top]))


def about_front(request: HttpRequest, urls: list[str]) -> dict[str, Any]:
    base, name = site_of(request), settings.SITE_NAME
    site, stories = structured_data.website(base), structured_data.collection(base, request.path, name, urls)
    shared = social(base, "website", name, str(settings.SITE_TAGLINE))
    return {"structured": structured_data.block(site, stories), "social": shared}


def leads_context(choice: Choice, cards: dict[int, Card], reader: Reader) -> dict[str, Any]:
    """Return the stories of the page: the top ones with the reasons for their positions, and the latest by time."""
    clock = Clock.of(choice.newest)
    top = [with_reason(cards[pk], clock, choice.pins.get(pk)) for pk in choice.top]
    latest = entries_of(choice.latest, cards)
    return {
        "lead": top[0] if top else None,
        "secondary": top[1:],
        "latest": latest,
        "omitted": common_topics([*top, *(entry.card for entry in latest)]),
        "seen": since_last_visit([entry.card for entry in latest], reader.choices),
        "clock": clock,
    }


def hidden_on_page(choice: Choice, plans: Iterable[SectionPlan], cards: dict[int, Card], reader: Reader) -> Hidden:
    """Return how many articles the page leaves out, or shows on demand, because the reader has hidden them."""
    if reader.shows_hidden:
        return reader.hidden(sum(reader.chosen_filter.hides(card.facts) for card in cards.values()))
    return reader.hidden(len({*choice.hidden, *(pk for plan in plans for pk in plan.hidden)}))


def followed_topics(topics: list[TopicNode], reader: Reader) -> list[TopicNode]:
    """Return the topics that the reader follows, in the order in which they were chosen."""
    nodes = {node.slug: node for node in all_nodes(topics)}
    slugs = [slug for slug in reader.choices.followed_topics if slug not in reader.filter.muted_topics]
    return [nodes[slug] for slug in slugs if slug in nodes and nodes[slug].count][:FOLLOWED]


def section_topics(topics: list[TopicNode], without: Collection[str] = ()) -> list[TopicNode]:
    """Return the topics that may have a section, more than there is room for, as some have too few stories left.

    ``without`` are the slugs of topics that the reader has muted or that have a section already.
    """
    left = [topic for topic in main_topics(topics) if topic.count >= SECTION_SIZE and topic.slug not in without]
    return left[: SECTIONS + SPARE]
