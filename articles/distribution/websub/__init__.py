"""Hubs, which tell subscribers of feeds at once that something is new. https://www.w3.org/TR/websub/

``feeds.py`` knows which feeds hubs are told of, ``sending.py`` tells them, ``tasks.py`` has that done after each change.
"""
