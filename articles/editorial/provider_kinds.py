"""Asks for the kinds of the largest providers: a vendor that counts as an outlet bends every count of a large site."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from articles.changes import stories_at_the_end
from articles.content.parsing import parse_organization
from articles.editorial.recording import recording
from articles.editorial.renaming import save_edited
from articles.models import Action, ListingMonth, Provider
from articles.sync.data_files import stored_files
from articles.text.rendering import plain_text

ASKED = 5  # at once
LOOKED_AT = 50  # the largest; what others are hardly matters
LEAST = 10  # articles


@dataclass(frozen=True, slots=True)
class Question:
    """A provider whose kind nobody has said, with its listed articles and their share of all in percent."""

    provider: int
    name: str
    domain: str
    articles: int
    share: int


def questions() -> list[Question]:
    """Return the largest providers that count as outlets though neither a file nor an editor has said so."""
    # The counts of listings: counting a million articles would take a second of every start page.
    counts = ListingMonth.objects.filter(provider__isnull=False).order_by().values("provider")
    rows = counts.annotate(number=Sum("count")).filter(number__gte=LEAST).order_by("-number", "provider")
    numbers: dict[int, int] = dict(rows.values_list("provider", "number")[:LOOKED_AT])
    outlets = Provider.objects.filter(pk__among=numbers, kind=Provider.Kind.OUTLET) if numbers else []
    waiting = [provider for provider in outlets if "kind" not in provider.edited]
    said = _said_in_files([provider.source_path for provider in waiting if provider.source_path])
    left = {provider.pk: provider for provider in waiting if provider.source_path not in said}
    everything = ListingMonth.objects.filter(provider=None, topic=None)
    total = everything.aggregate(number=Sum("count"))["number"] if left else 0
    return [
        Question(pk, plain_text(left[pk].name), left[pk].domain, number, round(100 * number / total))
        for pk, number in numbers.items()
        if pk in left
    ][:ASKED]


def answer(user: Any, provider: Provider, kind: str) -> Action | None:
    """Note what kind of provider it is, also that it is an outlet; no import changes it, and undo asks again."""
    texts = {"name": plain_text(provider.name), "kind": Provider.Kind(kind).label}
    summary = _("Said what “%(name)s” is: %(kind)s") % texts
    with stories_at_the_end(), recording(user, "provider kind", summary) as record:
        record.watch(Provider, pk=provider.pk)
        provider.kind = kind
        save_edited(provider, {"kind"}, record)
    return record.action


def _said_in_files(paths: Collection[str]) -> set[str]:
    """Return the files of providers that name a kind."""
    found = ((path, parse_organization(path, stored.data)) for path, stored in stored_files(paths, None).items())
    return {path for path, parsed in found if parsed.record and parsed.record.kind}
