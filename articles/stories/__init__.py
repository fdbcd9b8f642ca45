"""Related links -> stories: which articles belong together, which one leads, and what cards say of them.

Who changes articles or links marks them (``mark``); ``settle`` joins the marked articles, those linked with
them and the members of their stories anew, and touches nothing else. A rebuild is the same over everything.
What search keeps of the marked articles follows in the same transaction.
"""

from articles.stories.facts import normal_title
from articles.stories.joining import components
from articles.stories.update import leave_empty, mark, rebuild_stories, settle

__all__ = ["components", "leave_empty", "mark", "normal_title", "rebuild_stories", "settle"]
