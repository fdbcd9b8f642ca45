"""The page for server errors."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def server_error(request: HttpRequest) -> HttpResponse:
    """Render the 500 page without database, session or context processors, any of which may have failed."""
    context = {"request_id": request.META.get("HTTP_X_REQUEST_ID", "")}
    return HttpResponse(render_to_string("500.html", context), status=500)
