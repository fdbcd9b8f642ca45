"""Pages as Markdown, for programs that read text: ``text.py`` writes it, ``views.py`` serves it."""
