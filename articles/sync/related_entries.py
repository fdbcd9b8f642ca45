"""What entries of related lists say, and which articles hold an address."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from articles.content.three_way_merge import apply_difference
from articles.models import Article, RelatedEntry
from articles.sync.field_values import (
    entry_values,
)


def said_by(entry: RelatedEntry) -> dict[str, Any]:
    """Return the plain values of an entry as its files have them."""
    return apply_difference(entry_values(entry.target), entry.differences)


def holders(addresses: Collection[str]) -> dict[str, int]:
    """Return the id of the article, or else the reference, that each known address leads to.

    Where several articles have one address, it leads to the one whose ``webUrl`` it is and whose path comes first.
    """
    found: dict[str, tuple[bool, bool, str, int]] = {}
    wanted = set(addresses)
    if wanted:
        rows = Article.objects.filter(Q(web_url__among=wanted) | Q(original_url__among=wanted), is_draft=False)
        columns = ("id", "web_url", "original_url", "is_reference", "source_path")
        for pk, web_url, original_url, is_reference, path in rows.order_by().values_list(*columns):
            for address in {web_url, original_url} & wanted:
                place = (is_reference, address != web_url, path or "", pk)
                found[address] = min(found.get(address, place), place)
    return {address: place[-1] for address, place in found.items()}
