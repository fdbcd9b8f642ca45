"""``python -m newsreader.health_check URL`` exits with 0 if the address answers with 200; without Django, as it runs often."""

import sys
import urllib.error
import urllib.request

SECONDS = 4


def is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - the address is the container's own
            return answer.status == 200
    except OSError:  # URLError and HTTPError, too
        return False


if __name__ == "__main__":
    sys.exit(0 if is_healthy(sys.argv[1]) else 1)
