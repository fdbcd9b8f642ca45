"""What an address leads to that was that of a topic, provider or article before, or is written in another case."""

import datetime as dt

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect

from articles.content.domains import normal_domain
from articles.content.identity import slug_key
from articles.models import Article, Provider, Topic, TopicAlias
from articles.models.article import article_url


def topic_called(slug: str) -> Topic | None:
    """Return the topic that has or had a slug, in any case or Unicode form."""
    return Topic.objects.filter(Q(slug=slug) | Q(aliases__slug=slug)).first() or _topic_like(slug)


def _topic_like(slug: str) -> Topic | None:
    wanted = slug_key(slug)
    now = Topic.objects.order_by("pk").values_list("slug", "pk")
    before = TopicAlias.objects.filter(slug__isnull=False).order_by("pk").values_list("slug", "topic_id")
    keys = [(slug_key(known or ""), pk) for known, pk in (*now, *before)]
    return Topic.objects.filter(pk=next((pk for key, pk in keys if key == wanted), 0)).first()


def provider_called(domain: str) -> Provider | None:
    """Return the provider that has or had a domain, in any writing of it."""
    normal = normal_domain(domain)
    return Provider.objects.filter(Q(domain=normal) | Q(aliases__domain=normal)).first()


def article_called(date: dt.date, slug: str) -> str | None:
    """Return the path of the article of a day whose slug differs only in case or Unicode form."""
    known = Article.objects.address_like(date, slug)
    return article_url(date, known) if known else None


def moved_to(request: HttpRequest, path: str | None) -> HttpResponsePermanentRedirect:
    """Redirect an old address to today's with the same query; raise Http404 if there is no ``path``."""
    if path is None:
        raise Http404("nothing has or had this address")
    query = request.GET.urlencode()
    return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)
