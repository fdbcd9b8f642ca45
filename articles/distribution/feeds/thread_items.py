"""The feed of one thread: an item for each of its newest stories that has a page here."""

from articles.distribution.feeds.items import SIZE, Absolute
from articles.distribution.feeds.records import Item, urn
from articles.distribution.feeds.story_items import StoryFeed
from articles.models import Thread, ThreadMember
from articles.pages.shown import shows_thread
from articles.pages.threads import ThreadStory, name_of, stories_of


def thread_feed(pk: int, absolute: Absolute) -> StoryFeed | None:
    """Return the feed of a thread, or of the one that it became a part of; None if it has no page."""
    found = Thread.objects.select_related("merged_into__head__lead", "head__lead").filter(pk=pk).first()
    thread = found and (found.merged_into or found)
    if thread is None or not thread.has_page:
        return None
    shows_thread(thread.pk)
    members = ThreadMember.objects.filter(thread=thread, story__lead__isnull=False).seen().newest_first()
    ids = list(members.values_list("story_id", flat=True)[:SIZE])
    items = [_item(story, absolute) for story in stories_of(ids)]
    return StoryFeed(name_of(thread), thread.get_absolute_url(), items)


def _item(story: ThreadStory, absolute: Absolute) -> Item:
    item = story.item
    return Item(
        id=urn("thread story", story.id),
        title=item.title,
        url=absolute(story.url),
        external_url=item.source_url,
        summary="",
        published=item.published_date_time,
        updated=item.published_date_time,
        provider=item.provider_name,
        provider_url="",
    )
