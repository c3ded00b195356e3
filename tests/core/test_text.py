import pytest

from causal_core.text import for_html, for_latex, for_markdown, for_plotly


def test_markdown_marks_are_escaped():
    assert for_markdown("a_b*c") == r"a\_b\*c"
    assert for_markdown(":red[x] $5$") == r"\:red\[x\] \$5\$"
    assert for_markdown("<img src=x onerror=alert(1)>") == r"\<img src\=x onerror\=alert\(1\)\>"
    assert for_markdown("two\nlines") == "two lines"


def test_plotly_shows_tags_and_dollars_literally():
    assert for_plotly("<b>x</b> & $y$") == "&lt;b&gt;x&lt;/b&gt; &amp; &#36;y&#36;"


def test_html_escapes_quotes_too():
    assert for_html("\"a\" & 'b' <c>") == "&quot;a&quot; &amp; &#x27;b&#x27; &lt;c&gt;"


@pytest.mark.parametrize(
    ("name", "latex"),
    [("a_b", r"\text{a\_b}"), ("5% {x}", r"\text{5\% \{x\}}"), ("a^b", r"\text{a\textasciicircum b}")],
)
def test_latex_text(name, latex):
    assert for_latex(name) == latex
