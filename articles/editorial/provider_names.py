"""Providers that are called like another one: perhaps they are the same, and should be merged."""

from django.db.models import Count, QuerySet
from django.db.models.functions import Lower

from articles.models import Provider


def sharing_a_name() -> QuerySet[Provider]:
    """Return the providers whose name another one has, too, in capitals or not."""
    called = Provider.objects.order_by().annotate(lower=Lower("name"))
    shared = called.values("lower").annotate(number=Count("pk")).filter(number__gt=1)
    return called.filter(lower__in=shared.values("lower"))
