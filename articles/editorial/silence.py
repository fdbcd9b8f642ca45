"""Topics and providers that had news once, and have had none for long.

Times are compared with the newest listed article of the site, not with the clock: in an archive nothing has fallen silent
for being old.
"""

import datetime as dt

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet
from django.utils import timezone

from articles.models import Article, ArticleTopic, Provider, Topic

# A topic without an article of its own for so long, or a provider.
QUIET_TOPIC = dt.timedelta(days=30)
QUIET_PROVIDER = dt.timedelta(days=14)
# How many of its usual pauses a provider must have been silent, and how many articles make a pause usual.
USUAL_PAUSES = 5
LEAST_ARTICLES = 3


def newest_listed() -> dt.datetime:
    """Return the time of the newest listed article; now if there are none."""
    newest = Article.objects.listed().order_by("-listed_from").values_list("listed_from", flat=True).first()
    return newest or timezone.now()


def silent_topics() -> QuerySet[Topic]:
    """Return topics that have listed articles, but none of the last 30 days, in themselves or in topics below them.

    Topics above others are not silent while one of those has news.
    """
    since = newest_listed() - QUIET_TOPIC
    links = ArticleTopic.objects.filter(topic=OuterRef("pk"), listed_from__lte=timezone.now())
    recent = set(Topic.objects.filter(Exists(links.filter(listed_from__gt=since))).values_list("pk", flat=True))
    parents = dict(Topic.objects.values_list("pk", "parent"))
    for pk in list(recent):
        above = parents.get(pk)
        while above and above not in recent:
            recent.add(above)
            above = parents.get(above)
    return Topic.objects.filter(Exists(links)).exclude(pk__among=recent)


def silent_providers() -> QuerySet[Provider]:
    """Return providers of at least 3 listed articles whose pause is longer than 14 days and 5 of their usual ones."""
    newest = newest_listed()
    rows = (
        Article.objects.listed()
        .order_by()
        .values("provider")
        .annotate(number=Count("pk"), first=Min("listed_from"), last=Max("listed_from"))
        .filter(number__gte=LEAST_ARTICLES, last__lt=newest - QUIET_PROVIDER)
    )
    silent = [
        row["provider"]
        for row in rows
        if newest - row["last"] > USUAL_PAUSES * (row["last"] - row["first"]) / (row["number"] - 1)
    ]
    return Provider.objects.filter(pk__among=silent)
