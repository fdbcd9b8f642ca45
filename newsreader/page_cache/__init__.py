"""Pages of readers without choices, made once and kept until something that they show changes.

``middleware.py`` answers from ``store.py``, which keeps ``entries.py`` in each worker, and under that in Django's cache
where one is shared. A page knows what it shows by tags (articles/pages/shown.py); workers read which tags became old
from the log of changes (articles/changes/log.py), once a second at most.
"""
