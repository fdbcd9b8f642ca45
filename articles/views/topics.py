"""Topics: all of them, and the articles of one."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.cards import limit_providers, related_items, topic_link
from articles.choices import VIEWS, choices_of, vary_by_choices
from articles.listings import Listing, Scope
from articles.models import Article, Topic
from articles.paging import get_page
from articles.rendering import plain_text
from articles.topic_tree import topic_tree, topics_near
from articles.views.pages import moved_to, render_page

SIDEBAR_SIZE = 10
SIDEBAR_PER_PROVIDER = 2


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    return render_page(request, "topic_list.html", {"topics": topic_tree()})


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    found = Topic.objects.select_related("parent").filter(slug=slug).first()
    if found is None:
        heir = Topic.objects.filter(aliases__slug=slug).first()
        return moved_to(request, heir.get_absolute_url() if heir else None)
    asked = request.GET.get("view", "")
    view = asked if asked in VIEWS else choices_of(request).view
    is_folded = view == "stories"
    page = get_page(request, Listing(Scope(topic=found, is_folded=is_folded)), f"view={view}" if asked in VIEWS else "")
    cards, more = limit_providers(page.cards) if is_folded and page.number == 1 else (page.cards, [])
    below, beside = topics_near(found)
    context = {
        "topic": {
            "name": plain_text(found.name),
            "description": plain_text(found.description),
            "url": found.get_absolute_url(),
            "parent": topic_link(found.parent.name, found.parent.slug) if found.parent else None,
            "children": below,
        },
        "page": page,
        "cards": cards,
        "more": more,
        "view": view,
        "is_folded": is_folded,
        "is_kept": view == choices_of(request).view,
        "related": related_items(Article.objects.related_to_page(page.ids, SIDEBAR_SIZE, SIDEBAR_PER_PROVIDER)),
        "related_topics": beside,
    }
    # Folded or not, it is the same listing: search engines know it by its plain addresses.
    canonical = request.path if is_folded else page.plain_url
    return vary_by_choices(request, render_page(request, "topic.html", context, canonical))
