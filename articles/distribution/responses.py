"""What responses for programs have in common."""

from typing import TypeVar

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_cache_control

AnyResponse = TypeVar("AnyResponse", bound=HttpResponse)


def shared(response: AnyResponse) -> AnyResponse:
    """Allow shared caches to store a response that is the same for everyone, as they do pages."""
    patch_cache_control(response, public=True, max_age=0, s_maxage=settings.PAGE_MAX_AGE)
    return response


def shown_anywhere(response: AnyResponse) -> AnyResponse:
    """Allow pages of other sites to show a response; for images, which always may be, that is not needed."""
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
