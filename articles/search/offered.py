"""The topics and providers offered by searches: all, or those that a reader has not hidden."""

from dataclasses import dataclass, field

from django.db.models import QuerySet

from articles.models import Provider, Topic


@dataclass(frozen=True, slots=True)
class Offered:
    """What facets and suggestions may contain; ``is_everything`` if nothing is left out."""

    topics: QuerySet[Topic] = field(default_factory=Topic.objects.all)
    providers: QuerySet[Provider] = field(default_factory=Provider.objects.all)
    is_everything: bool = True
