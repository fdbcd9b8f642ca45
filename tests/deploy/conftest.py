"""The site that other tests of serving have, too."""

from tests.serving.conftest import site

__all__ = ["site"]
