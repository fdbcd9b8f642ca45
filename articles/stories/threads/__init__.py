"""Threads, built from links between stories: which stories follow each other, and what is shown of them.

``update_threads`` follows changed stories and touches nothing else; a rebuild does the same for all stories.
"""
