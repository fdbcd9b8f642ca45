"""The page that lists the site's feeds and explains them."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.pages.cached import cached_page
from articles.pages.shown import LISTINGS, shows
from articles.pages.topic_tree import all_nodes, topic_tree
from articles.views.pages import render_page

# The parameters of a combined feed, which has an address for each format; this page's address means the RSS.
COMBINED = ("topic", "without", "provider", "min_quality")
FORMATS = ("rss", "atom", "json")
NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON"}


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed with the addresses of its formats, by their names; ``page`` is the page beside it."""

    name: str
    page: str
    formats: dict[str, str]


@cached_page(*COMBINED, "format")
@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    if any(name in request.GET for name in COMBINED):
        form = request.GET.get("format", "")
        parameters = request.GET.copy()
        parameters.pop("format", None)
        path = reverse("combined_feed", args=[form if form in FORMATS else FORMATS[0]])
        return redirect(f"{path}?{parameters.urlencode()}")
    shows(LISTINGS)
    topics = [node for node in all_nodes(topic_tree()) if node.count]
    context = {
        "main": [
            _row(_("Front page, ranked"), reverse("front"), "front_feed"),
            _row(_("Latest articles"), reverse("front"), "latest_feed"),
        ],
        "topics": [_row(node.name, node.url, "topic_feed", node.slug) for node in topics],
        "example": request.build_absolute_uri(f"{reverse('feeds')}?topic=a&topic=b&without=c&min_quality=60"),
    }
    return render_page(request, "feeds.html", context)


def _row(name: str, page: str, view: str, *arguments: str) -> FeedRow:
    return FeedRow(name, page, {NAMES[form]: reverse(view, args=[*arguments, form]) for form in FORMATS})
