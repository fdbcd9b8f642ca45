"""The tree of topics, and the page of one."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.listings import Scope
from articles.models.page_queries import related_rows
from articles.pages.activity import activity_of
from articles.pages.addresses import moved_to, topic_called
from articles.pages.cached import cached_page
from articles.pages.cards import Card, RelatedItem, TopicLink, cards_for, limit_providers, related_items
from articles.pages.kept_listings import KeptListing
from articles.pages.kickers import common_topics
from articles.pages.paging import articles_page
from articles.pages.reuse import reused
from articles.pages.shares import provider_shares
from articles.pages.shown import ANYTHING, LISTINGS, shows, shows_topic
from articles.pages.social import picture_or_card
from articles.pages.topic_tree import Place, all_topics, place_of, topic_tree
from articles.preferences.choices import VIEWS
from articles.preferences.personalise import Reader, for_reader, reader_of, topics_for, tree_for
from articles.preferences.visits import new_by_topic, since_last_visit
from articles.text.rendering import plain_text
from articles.views.context_processors import masthead_topics
from articles.views.pages import about_listing, render_page

SIDEBAR_SIZE = 10
SIDEBAR_PER_PROVIDER = 2


@cached_page()
@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    shows(LISTINGS)
    topics = tree_for(topic_tree(), reader_of(request), new_by_topic(request))
    about = about_listing(request, _("Topics"), [topic.url for topic in topics if topic.count])
    return render_page(request, "topic_list.html", {"topics": topics} | about)


@cached_page("page", "show", "view")
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    topics = all_topics()
    place = place_of(slug, topics)
    if place is None:
        heir = topic_called(slug)
        return moved_to(request, heir.get_absolute_url() if heir else None)
    found = place.topic
    shows_topic(found.pk)
    reader = reader_of(request, topic=slug)
    asked = request.GET.get("view", "")
    view = asked if asked in VIEWS else reader.choices.view
    is_folded = view == "stories"
    listing = KeptListing(Scope(topic=found, is_folded=is_folded))
    page = articles_page(request, listing, f"view={view}" if asked in VIEWS else "")
    all_cards, hidden = for_reader(cards_for(list(page)), reader)
    cards, more = limit_providers(all_cards) if is_folded and page.number == 1 else (all_cards, [])
    context = {
        **topic_context(place, reader),
        "nav_topics": masthead_topics(request, topics),
        "page": page,
        "cards": cards,
        "omitted": (slug, *common_topics(cards)),
        "hidden": hidden,
        "seen": since_last_visit(cards, reader.choices),
        "more": more,
        "activity": activity_of(listing.months, page.paginator.url_of, page.paginator.per_page),
        "shares": provider_shares(found.pk, sum(count for _, count in listing.months), reader.filter.hides_provider),
        "view": view,
        "is_folded": is_folded,
        "is_kept": view == reader.choices.view,
        **sidebar(list(page), reader),
    }
    # Folded or not, it is the same listing, so that both have the plain address as the canonical one.
    canonical = request.path if is_folded else page.plain_url
    return render_page(
        request, "topic.html", context | about_topic(request, found.pk, context["topic"], cards), canonical
    )


def about_topic(request: HttpRequest, pk: int, topic: "Heading", cards: list[Card]) -> dict[str, Any]:
    above = [(topic.parent.name, topic.parent.url)] if topic.parent else []
    path = [(_("Topics"), reverse("topic_list")), *above]
    urls = [card.url for card in cards]
    image = picture_or_card(None, "topic", pk, topic.name, "")
    return about_listing(request, topic.name, urls, *path, description=topic.description, image=image)


class Heading(NamedTuple):
    """What a topic's page says of the topic itself."""

    slug: str
    name: str
    description: str
    url: str
    parent: TopicLink | None
    children: tuple[TopicLink, ...]
    is_followed: bool
    is_muted: bool


def topic_context(place: Place, reader: Reader) -> dict[str, Any]:
    found = place.topic
    topic = Heading(
        slug=found.slug,
        name=plain_text(found.name),
        description=plain_text(found.description),
        url=found.get_absolute_url(),
        parent=place.parent,
        children=topics_for(place.below, reader),
        is_followed=found.slug in reader.choices.followed_topics,
        is_muted=found.slug in reader.choices.muted_topics,
    )
    return {"topic": topic, "related_topics": topics_for(place.beside, reader)}


def sidebar(ids: list[int], reader: Reader) -> dict[str, Any]:
    muted = reader.chosen_filter.muted_topics
    # Any change may be that of an article which the page does not show yet.
    items = reused(("related", tuple(ids), muted), lambda: sidebar_items(ids, reader), ANYTHING)
    related, hidden = for_reader(items, reader)
    return {"related": related, "related_hidden": hidden}


def sidebar_items(ids: list[int], reader: Reader) -> list[RelatedItem]:
    rows = related_rows(ids, SIDEBAR_SIZE, SIDEBAR_PER_PROVIDER)
    return related_items(rows, topics=reader.chosen_filter.topics_of([row["id"] for row in rows]))
