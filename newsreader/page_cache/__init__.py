"""A cache for the pages of readers without settings, until something on them changes.

``middleware.py`` answers from ``store.py``, which stores ``entries.py`` in each worker, and behind that in Django's
cache if it is shared. A page has tags for what it shows (articles/pages/shown.py); workers read which tags have changed
from the log of changes (articles/changes/log.py), at most once a second.
"""
