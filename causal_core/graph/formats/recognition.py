"""Which format a text is in."""

from __future__ import annotations

import re

from causal_core.problem import GraphError

_LEADING = re.compile(r"(?:\s++|//[^\n]*+|#[^\n]*+|/\*.*?\*/)++", re.DOTALL)
_WRAPPED = re.compile(r"(?:[\w.]+\s*(?:<-|=)\s*)?dagitty\s*\(\s*(['\"])")
_HEADS = (
    ("json", re.compile(r"[{\[]")),
    ("gml", re.compile(r"(?:creator|version|comment|label)\s|graph\s*\[", re.IGNORECASE)),
    ("mermaid", re.compile(r"flowchart\b|graph\s+(?:LR|RL|TB|TD|BT)\b")),
    (
        "dot",
        re.compile(r"(?:strict\s+)?(?:di)?graph\b(?=\s*(?:\"[^\"]*+\"|[^\s{\"\[]++)?\s*\{)", re.IGNORECASE),
    ),
    (
        "dagitty",
        re.compile(r"(?:dag|pdag|mag|pag)\b(?=\s*(?:\"[^\"]*+\"|[^\s{\"\[]++)?\s*\{)", re.IGNORECASE),
    ),
)
_QUOTED = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"')
_LEGACY = re.compile(r"\S+ +[01AEOU]( +@-?[\d.]+,-?[\d.]+)? *(\r?\n|$)")
_ARROW = re.compile(r"->|<-|--|→|←|↔|⟶|⟵|⟷|=>")


def recognise(text: str) -> tuple[str, str]:
    """The format of a text (dagitty, old_dagitty, dot, gml, json, lavaan or edges) and the text to read.

    A byte order mark and R's `dagitty('...')` around the text are taken off.

    Raises:
        GraphError: The text is empty, or in no format that is read; the message says which are.
    """
    text = text.removeprefix("\ufeff")
    if wrapped := _WRAPPED.match(text.lstrip()):
        inner = text.lstrip()[wrapped.end() :]
        text = inner[: inner.rfind(wrapped[1])] if wrapped[1] in inner else inner
    leading = _LEADING.match(text)
    start = leading.end() if leading else 0
    if start == len(text):
        raise GraphError("The text is empty: it holds no graph.", remedy="Write, say, x -> y; z -> y.")
    for name, head in _HEADS:
        if head.match(text, start):
            if name == "mermaid":
                raise GraphError(
                    "This looks like Mermaid, which is written here but not read.",
                    remedy="Write its arrows as lines: x -> y.",
                )
            return name, text
    bare = _QUOTED.sub("q", text)
    if "~" in bare:
        return "lavaan", text
    if _ARROW.search(bare):
        return "edges", text
    if _LEGACY.match(text, start):
        return "old_dagitty", text[start:]
    beginning = text[start:].split("\n")[0][:40]
    raise GraphError(
        f"No graph format is recognised: the text starts with “{beginning}”.",
        remedy="Readable are dagitty, DOT, GML, JSON, lavaan, and lines such as x -> y; z -> y.",
    )
