"""The Django project: settings, addresses, and the middleware around every response."""

__version__ = "1.0.0"
