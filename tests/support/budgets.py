"""How much a page may send, and how to measure it."""

STYLES_AND_SCRIPTS_BYTES = 35_000
FRONT_PAGE_BYTES = 25_000
# Bytes without headers, by the name of each style sheet and script that the page has loaded, from a cache or not.
LOADED = r"""() => Object.fromEntries(performance.getEntriesByType("resource")
    .filter(({ name }) => /\.(css|m?js)$/.test(new URL(name).pathname))
    .map(({ name, encodedBodySize }) => [name, encodedBodySize]))"""
