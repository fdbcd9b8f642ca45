"""The list of stories that several articles tell, of all topics or of one."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.pages.addresses import topic_called
from articles.pages.cached import cached_page
from articles.pages.cards import TopicLink, cards_by_id
from articles.pages.front import Clock
from articles.pages.kickers import common_topics
from articles.pages.paging import LinkedPage, LinkedPaginator, requested_page
from articles.pages.shown import ANYTHING, shows
from articles.pages.story_list import NOW, ORDERS, ListedStory, StoryList, newest_lead, with_place
from articles.pages.topic_tree import flat, place_of, topic_tree
from articles.preferences.personalise import for_reader, reader_of, topics_for
from articles.text.parameters import text_from
from articles.text.rendering import plain_text
from articles.views.pages import about_listing, render_page

MAX_SLUG = 200


@cached_page("by", "page", "show", "topic")
@require_safe
def story_list(request: HttpRequest) -> HttpResponse:
    shows(ANYTHING)
    slug = text_from(request.GET.get("topic"), MAX_SLUG)
    place = place_of(slug) if slug else None
    if slug and place is None:
        return _of_today(request, slug)
    asked = request.GET.get("by", "")
    order = asked if asked in ORDERS else NOW
    clock = Clock.of(newest_lead())
    stories = StoryList(
        order, clock.newest if clock.newest and clock.rests else clock.now, place.topic if place else None
    )
    page = _page(request, stories, slug)
    reader = reader_of(request, topic=slug)
    found = cards_by_id([story.lead for story in page])
    placed = [with_place(found[story.lead], story, order, clock) for story in page if story.lead in found]
    cards, hidden = for_reader(placed, reader)
    context: dict[str, Any] = {
        "topic": place and {"name": plain_text(place.topic.name), "url": place.topic.get_absolute_url()},
        "topics": topics_for(_topics(order), reader),
        "slug": slug,
        "order": order,
        "choices_of_order": {name: _address(name, slug) for name in ORDERS},
        "since": stories.since,
        "until": stories.until,
        "is_past": clock.rests,
        "page": page,
        "cards": cards,
        "omitted": common_topics(cards),
        "hidden": hidden,
    }
    about = about_listing(request, _("Stories"), [card.url for card in cards])
    return render_page(request, "story_list.html", context | about, page.url)


def _of_today(request: HttpRequest, slug: str) -> HttpResponse:
    """Redirect to the list of the topic that had this slug; raise Http404 if there is none."""
    heir = topic_called(slug)
    if heir is None:
        raise Http404("no topic has or had this address")
    query = request.GET.copy()
    query["topic"] = heir.slug
    return HttpResponsePermanentRedirect(f"{request.path}?{query.urlencode()}")


def _page(request: HttpRequest, stories: StoryList, slug: str) -> LinkedPage[ListedStory]:
    query = _query(stories.order, slug)
    return requested_page(request, LinkedPaginator(stories, settings.PAGE_SIZE, request.path, query))


def _query(order: str, slug: str) -> str:
    return urlencode({name: value for name, value in (("topic", slug), ("by", order)) if value and value != NOW})


def _address(order: str, slug: str) -> str:
    query = _query(order, slug)
    return f"{reverse('story_list')}?{query}" if query else reverse("story_list")


def _topics(order: str) -> list[TopicLink]:
    """Return the topics with articles, each with the address of its list in the same order."""
    return [TopicLink(link.name, _address(order, link.slug), None, link.slug) for link in flat(topic_tree())]
