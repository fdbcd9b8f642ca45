"""Sitemaps: the addresses of all pages, for search engines, in files of a bounded size.

``months.py``, ``others.py`` and ``news.py`` find what is in a file, ``xml.py`` writes it, ``views.py`` serves it.
"""
