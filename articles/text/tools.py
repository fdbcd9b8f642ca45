"""Takes what only the tools that build sites understand out of Markdown: components, shortcodes, templates, wiki links."""

import re

# In this order; code is taken first, and stays.
_CODE = re.compile(r"(^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}\2[`~]*[ \t]*$|\Z)|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
_REMOVED = re.compile(
    r"""^(?:import\s[^\n]*?from\s*["'][^\n]*|import\s+["'][^\n]*|export\s+(?:const|default|let|function)\b[^\n]*)$  # of MDX
    | ^\{:[^}\n]*\}[ \t]*$ | \{:[ \t]*[.\#][^}\n]*\}  # attributes of kramdown
    | \{%-?\s*(?:raw|endraw|highlight|endhighlight)?.*?%\} | \{\{[<%].*?[>%]\}\} | \{\{.*?\}\}  # Liquid, Hugo, Nunjucks
    | \{/\*.*?\*/\} | </?[A-Z][\w.]*(?:\s[^<>]*)?/?>  # comments and components of MDX""",
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
_WIKI_LINK = re.compile(r"!?\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]+))?\]\]")
_MARKS = ("{", "[[", "<", "import ", "export ")


def without_markup_of_tools(text: str) -> str:
    """Return Markdown without such markup; what stands between it stays, and wiki links become their text."""
    if not any(mark in text for mark in _MARKS):
        return text
    parts = _CODE.split(text)
    # Of three parts: text, code, and the fence that the code began with.
    return "".join(
        part if at % 3 == 1 else _WIKI_LINK.sub(lambda link: link[2] or link[1], _REMOVED.sub("", part))
        for at, part in enumerate(parts)
        if at % 3 != 2
    )
