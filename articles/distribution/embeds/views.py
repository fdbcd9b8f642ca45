"""The pages that other sites show in a frame, and how they learn of them."""

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from articles.distribution.embeds import oembed
from articles.distribution.embeds.contents import contents_of
from articles.distribution.responses import shared
from articles.pages.cached import cached_page
from articles.pages.shown import CATALOGUE, shows
from articles.text.parameters import MAX_NUMBER, number_from

ANYONE = "*"


@cached_page()
@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": [ANYONE], "script-src": [NONE], "connect-src": [NONE]})  # type: ignore[arg-type]
def embed(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show an article, story or topic in little: without scripts and cookies, for frames of any site."""
    shows(CATALOGUE)
    contents = contents_of(kind, pk) if pk <= MAX_NUMBER else None
    if contents is None:
        raise Http404("nothing that readers may see")
    context = {"contents": contents, "kind": kind, "base": request.build_absolute_uri("/").rstrip("/")}
    return shared(render(request, "embed.html", context))


@cached_page("url", "format", "maxwidth", "maxheight")
@require_safe
def answer(request: HttpRequest) -> HttpResponse:
    """Return how the page at ``url`` is embedded, as JSON or XML."""
    shows(CATALOGUE)
    form = request.GET.get("format", "json")
    if form not in ("json", "xml"):
        # Not 501, as oEmbed has it: nothing that strangers send looks like a failure of the site.
        return HttpResponse("There are the formats json and xml.\n", status=400, content_type="text/plain")
    subject = oembed.embedded_at(request.GET.get("url", ""), request.get_host())
    contents = contents_of(subject.kind, subject.pk) if subject else None
    if subject is None or contents is None:
        raise Http404("no page that can be embedded")
    room = (number_from(request.GET.get(name)) for name in ("maxwidth", "maxheight"))
    given = oembed.answer(subject, contents, request.build_absolute_uri("/").rstrip("/"), *room)
    if form == "xml":
        return shared(HttpResponse(oembed.as_xml(given), content_type="text/xml; charset=utf-8"))
    response = JsonResponse(given)
    response["Access-Control-Allow-Origin"] = "*"
    return shared(response)
