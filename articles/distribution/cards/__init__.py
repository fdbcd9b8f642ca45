"""Social cards: pictures with the title of a page, for networks that show one with a link.

``fonts.py`` knows which font has a character, ``lines.py`` breaks and orders text, ``drawing.py`` draws, ``files.py``
stores what was drawn, ``views.py`` serves it.
"""
