"""What predicted effects are made of: columns by importance, and one person's prediction."""

from __future__ import annotations

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.style import axis_title, dress
from causal_core.text import for_plotly
from causal_core.who.why import Person, Why

SHOWN = 10
"""Columns with a bar of their own; the others share one."""

ROW = 34
"""Pixels a bar."""

WIDEST = 34
"""Characters of a name beside its bar."""

STRONG = 0.5
"""From this correlation on a bar says which way a column works."""

FONT = 13


def importance_bars(why: Why, unit: str = "") -> go.Figure:
    """Mean absolute Shapley value by column, largest on top; ↑ where higher values mean a larger effect."""
    shown, rest = why.importance[:SHOWN], why.importance[SHOWN:]
    names = [f"{_short(each.column)}{_arrow(each.sense)}" for each in shown]
    sizes = [each.size for each in shown]
    hover = [for_plotly(each.column) for each in shown]
    if rest:
        names.append(f"<i>{len(rest)} other columns</i>")
        hover.append(f"{len(rest)} other columns, added up")
        sizes.append(sum(each.size for each in rest))
    figure = go.Figure()
    figure.add_bar(
        x=sizes,
        y=list(range(len(names))),
        orientation="h",
        marker={"color": BLUE, "opacity": 0.75},
        text=hover,
        textposition="none",
        hovertemplate="%{text}: %{x:.3g}<extra></extra>",
    )
    dress(figure, "What the predicted effects are made of")
    figure.update_layout(height=120 + ROW * len(names), showlegend=False, margin={"b": 50})
    figure.update_xaxes(title=axis_title("Mean absolute Shapley value", unit), rangemode="tozero")
    _name_bars(figure, names)
    return figure


def person_bars(person: Person, predicted: float, unit: str = "") -> go.Figure:
    """From the mean prediction to a person's, a step a column; what the copy misses is a step of its own.

    Args:
        person: The person's Shapley values.
        predicted: What the learner itself predicts.
        unit: The outcome's unit.
    """
    shown, rest = person.parts[:SHOWN], person.parts[SHOWN:]
    steps = [(f"{_short(column)} = {_short(value)}", size) for column, value, size in shown]
    if rest:
        steps.append((f"<i>{len(rest)} other columns</i>", sum(size for _, _, size in rest)))
    missed = predicted - person.copied
    steps.append(("<i>not explained</i>", missed))
    names = ["<i>mean prediction</i>", *(name for name, _ in steps), "<b>this person</b>"]
    sizes = [person.base, *(size for _, size in steps), predicted]
    texts = [f"{size:+.3g}" for size in sizes]
    # The two ends are levels, not steps.
    texts[0], texts[-1] = f"{sizes[0]:.3g}", f"{sizes[-1]:.3g}"
    figure = go.Figure()
    figure.add_trace(
        go.Waterfall(
            orientation="h",
            x=sizes,
            y=list(range(len(names))),
            measure=["absolute", *["relative"] * len(steps), "total"],
            increasing={"marker": {"color": BLUE}},
            decreasing={"marker": {"color": VERMILLION}},
            totals={"marker": {"color": GREY}},
            connector={"line": {"color": GREY, "width": 1}},
            text=[text.replace("-", "−") for text in texts],
            textposition="outside",
            textfont={"size": FONT},
            cliponaxis=False,
            hovertemplate="%{text}<extra></extra>",
        )
    )
    dress(figure, "One person's predicted effect")
    figure.update_layout(height=120 + ROW * len(names), showlegend=False, margin={"r": 70, "b": 50})
    figure.update_xaxes(title=axis_title("Predicted effect", unit))
    _name_bars(figure, names)
    return figure


def _name_bars(figure: go.Figure, names: list[str]) -> None:
    """Names beside the bars; no lines across, which would strike out the numbers."""
    figure.update_yaxes(
        tickvals=list(range(len(names))), ticktext=names, tickfont={"size": FONT}, autorange="reversed",
        showgrid=False, zeroline=False,
    )  # fmt: skip


def _arrow(sense: float | None) -> str:
    if sense is None or abs(sense) < STRONG:
        return ""
    return " ↑" if sense > 0 else " ↓"


def _short(name: str) -> str:
    return for_plotly(name if len(name) <= WIDEST else f"{name[: WIDEST - 1]}…")
