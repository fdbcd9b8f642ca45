"""What every answer of the API has, cached or not: leave for other sites' scripts, limits, and errors as problems."""

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from articles.distribution.api.problems import problem_response
from newsreader.client_address import client_network
from newsreader.limits import WINDOW, count_request

PATHS = ("/api/v1/", "/api/news/")
ALLOWED = {"Access-Control-Allow-Methods": "GET, HEAD, OPTIONS", "Access-Control-Allow-Headers": "*",
           "Access-Control-Max-Age": "86400"}  # fmt: skip
HTTPS_ALONE = "The API answers by https alone: ask again with https:// in place of http://."
EXPOSED = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After"
DETAILS = {
    404: "There is nothing at this address.",
    405: "The API is to be read only: GET, HEAD and OPTIONS.",
    500: "Something is wrong on the server.",
    503: "The database or a disk of the site cannot do this now. Try again later.",
}


class ApiMiddleware:
    """Complete the answers of the API. It comes before the page cache, as limits differ by address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PATHS):
            return self.get_response(request)
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            # Programs follow redirects without telling anyone, and would send every request in the open first.
            response = problem_response(403, HTTPS_ALONE)
            response["Cache-Control"] = "no-store"
        elif request.method == "OPTIONS":
            response = HttpResponse(status=204, headers=ALLOWED)
        elif settings.API_RATE_LIMIT:
            response = self.limited(request)
        else:
            response = self.answered(request)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = EXPOSED
        return response

    def limited(self, request: HttpRequest) -> HttpResponse:
        """Return the answer to one of an address's API_RATE_LIMIT requests a minute, or 429 to those beyond."""
        limit, now = settings.API_RATE_LIMIT, time.time()
        window = int(now // WINDOW)
        reset = WINDOW - int(now % WINDOW)
        used = count_request(f"api-{client_network(request)}-{window}")
        if used > limit:
            response = problem_response(429, f"More than {limit} requests within a minute; go on in {reset} seconds.")
            response["Retry-After"] = str(reset)
        else:
            response = self.answered(request)
        # As the draft of the IETF has them: draft-ietf-httpapi-ratelimit-headers.
        response["RateLimit-Policy"] = f'"default";q={limit};w={WINDOW}'
        response["RateLimit"] = f'"default";r={max(limit - used, 0)};t={reset}'
        return response

    def answered(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or "json" in response.get("Content-Type", ""):
            return response
        detail = DETAILS.get(response.status_code, response.reason_phrase)
        problem = problem_response(response.status_code, detail)
        for name in ("Allow", "Retry-After", "X-Request-ID"):
            if name in response:
                problem[name] = response[name]
        return problem
