"""Sections of topics by themselves, as the front page has them among its other cards."""

from collections.abc import Collection, Sequence

from articles.pages.cards import TopicNode, cards_for
from articles.pages.sections import LEAST, Section, fill_sections, plan_sections, section_ids


def topic_sections(
    topics: Sequence[TopicNode], exclude_ids: Collection[int], size: int, least: int = LEAST
) -> list[Section]:
    """Return the sections of ``topics`` in their order, in two queries.

    Each has at most ``size`` cards; topics with fewer than ``least`` are left out, and so are stories that have an
    article among ``exclude_ids`` or in an earlier section.
    """
    plans = plan_sections(topics, exclude_ids, size, least)
    ids = section_ids(plans)
    return fill_sections(plans, dict(zip(ids, cards_for(ids), strict=True)))
