"""The address of a social card."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from articles.distribution.cards.drawing import draw
from articles.distribution.cards.files import stored
from articles.distribution.cards.fonts import is_drawable
from articles.distribution.responses import shared, shown_anywhere
from articles.distribution.subjects import subject
from articles.pages.cached import cached_page
from articles.pages.shown import CATALOGUE, shows
from articles.pages.social import card_digest, card_url


@cached_page()
@require_safe
def card(request: HttpRequest, kind: str, pk: int, digest: str) -> HttpResponse:
    """Serve the card of what readers may see; an older address leads to that of today."""
    shows(CATALOGUE)
    found = subject(kind, pk)
    if found is None:
        raise Http404("nothing that readers may see")
    if digest != card_digest(found.title, found.label):
        return shown_anywhere(shared(redirect(card_url(kind, pk, found.title, found.label))))
    # A title in a script that the fonts do not have would be full of holes.
    title = found.title if is_drawable(found.title) else settings.SITE_NAME
    data = stored(kind, pk, digest, lambda: draw(title, found.label, settings.SITE_NAME))
    return shared(HttpResponse(data, content_type="image/png"))
