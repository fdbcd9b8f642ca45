"""Figures for Prometheus at ``/metrics``, summed over the workers of a server.

``middleware.py`` counts requests and answers ``/metrics`` to those that ``access.py`` lets in. Each worker writes what it
counts (``instruments.py``) into a file of a folder that the workers of one server share (``folder.py``); what the
database knows is read for each answer (``database.py``).
"""
