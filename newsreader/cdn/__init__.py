"""Content delivery networks and other shared caches in front of the site: tags on pages, and purges by tag.

``headers.py`` names on each page what it shows, ``services.py`` speaks to each kind of cache, and ``purging.py`` has what
has changed removed from them.
"""
