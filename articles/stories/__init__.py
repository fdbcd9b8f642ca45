"""Stories, built from related links: which articles belong together, which one leads, and what cards show of them.

Changes of articles or links mark them (``mark_changed``); ``update_marked_stories`` joins the marked articles, those
linked to them and the members of their stories again, and nothing else. A rebuild does the same for all articles.
The search index of the marked articles is updated in the same transaction.
"""

from articles.stories.facts import normal_title
from articles.stories.joining import components
from articles.stories.update import clear_story, mark_changed, rebuild_stories, update_marked_stories

__all__ = ["clear_story", "components", "mark_changed", "normal_title", "rebuild_stories", "update_marked_stories"]
