"""The values of entries of related lists, and the articles that addresses lead to."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from articles.content.three_way_merge import apply_difference
from articles.models import Article, RelatedEntry
from articles.sync.field_values import (
    entry_values,
)


def values_of_entry(entry: RelatedEntry) -> dict[str, Any]:
    """Return the plain values of an entry as in its files."""
    return apply_difference(entry_values(entry.target), entry.differences)


def holders(addresses: Collection[str]) -> dict[str, int]:
    """Return the id of the article, or else the reference, that each known address leads to.

    If several articles have an address, it leads to the one that has it as ``webUrl``, and then to the first by path.
    """
    found: dict[str, tuple[bool, bool, str, int]] = {}
    wanted = set(addresses)
    if wanted:
        rows = Article.objects.filter(Q(web_url__among=wanted) | Q(original_url__among=wanted), is_draft=False)
        columns = ("id", "web_url", "original_url", "is_reference", "source_path")
        for pk, web_url, original_url, is_reference, path in rows.order_by().values_list(*columns):
            for address in {web_url, original_url} & wanted:
                rank = (is_reference, address != web_url, path or "", pk)
                found[address] = min(found.get(address, rank), rank)
    return {address: rank[-1] for address, rank in found.items()}
