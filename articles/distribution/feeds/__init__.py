"""Feeds in three formats, of what pages list: sources.py finds it, records.py holds it, the formats write it."""
