"""Well-known press wires, which publish what companies pay for; editors can change the kind of each provider."""

WIRES = frozenset(
    {
        "accesswire.com",
        "businesswire.com",
        "cision.com",
        "einnews.com",
        "einpresswire.com",
        "globenewswire.com",
        "issuewire.com",
        "marketwired.com",
        "newsdirect.com",
        "newsfilecorp.com",
        "newswire.ca",
        "newswire.com",
        "openpr.com",
        "pr.com",
        "pressat.co.uk",
        "presseportal.de",
        "prlog.org",
        "prnewswire.co.uk",
        "prnewswire.com",
        "prweb.com",
        "realwire.com",
        "responsesource.com",
        "send2press.com",
    }
)


def is_wire(domain: str) -> bool:
    """Return whether a domain or one of its parents is that of a press wire."""
    return any(domain == wire or domain.endswith(f".{wire}") for wire in WIRES)
