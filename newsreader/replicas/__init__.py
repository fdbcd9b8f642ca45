"""Readers' pages from PostgreSQL's replicas, and everything else from the primary.

``status.py`` knows which replicas may be read, ``middleware.py`` chooses one for a request, and ``routing.py`` sends its
queries there.
"""
