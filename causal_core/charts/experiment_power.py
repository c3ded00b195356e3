"""How many people an experiment takes, and what a holdout costs against how soon it shows the gain."""

from __future__ import annotations

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREEN, GREY, SERIES, VERMILLION
from causal_core.charts.shade import faint, shade
from causal_core.charts.style import axis_title, dress
from causal_core.charts.whiskers import whiskers
from causal_core.experiment.holdout import Holdout
from causal_core.experiment.result import Comparison, Planned
from causal_core.text import for_plotly

HEIGHT = 470
"""Of each figure, in pixels."""

DASHES = ("solid", "dash", "dashdot", "longdash", "dot", "longdashdot")
"""Of the lines of several arms, in order."""


def power_curves(planned: Planned, power: float, per_week: float, delay: float = 0.0) -> go.Figure:
    """Power for every number of people, with what was simulated and the number it takes; weeks on top.

    Args:
        planned: What was simulated.
        power: The power asked for.
        per_week: How many people join a week.
        delay: Weeks from treatment to outcome.
    """
    needed = planned.needed(power)
    furthest = max(planned.hardest.points[-1].people * 1.03, needed.people * 1.15)
    figure = go.Figure()
    _band(figure, planned, furthest)
    for place, comparison in enumerate(planned.comparisons):
        _line(figure, planned, comparison, place, furthest)
    points = planned.hardest.points
    figure.add_scatter(
        x=[point.people for point in points],
        y=[point.formula for point in points],
        mode="lines",
        line={"color": GREY, "width": 1.5, "dash": "dot"},
        name="by formula",
        hovertemplate="%{x:,} people: %{y:.0%} by formula<extra></extra>",
    )
    _mark(figure, power, needed.people)
    # Nothing is drawn of it, but an axis without a line of its own is not shown.
    figure.add_scatter(x=[1.0], y=[0.0], xaxis="x2", mode="none", showlegend=False, hoverinfo="skip")
    dress(figure, "The chance of finding it, for every number of people")
    figure.update_xaxes(title="People in all arms together", range=[0, furthest], zeroline=False)
    figure.update_yaxes(title="Power", tickformat=".0%", range=[0, 1.02], zeroline=False)
    figure.update_layout(
        height=HEIGHT,
        margin_t=110,
        xaxis2={
            "overlaying": "x",
            "side": "top",
            "range": [delay, furthest / per_week + delay],
            "title": {"text": "Weeks until the last outcome", "standoff": 4},
            "showgrid": False,
            "zeroline": False,
            "separatethousands": True,
        },
    )
    return figure


def holdout_curve(found: Holdout, unit: str = "") -> go.Figure:
    """The gain a holdout gives up each period against how soon it shows the policy's gain."""
    shares, weeks, forgone = found.line()
    figure = go.Figure()
    figure.add_scatter(
        x=weeks.tolist(),
        y=forgone.tolist(),
        customdata=[[float(share)] for share in shares],
        mode="lines+markers",
        line={"color": BLUE, "width": 2.5},
        marker={"size": 5},
        name="1 % to 50 % held out",
        hovertemplate="%{customdata[0]:.0%} held out: seen in %{x:.1f} weeks, gives up %{y:,.3g} a "
        + found.period
        + "<extra></extra>",
    )
    if found.share is not None:
        figure.add_scatter(
            x=[found.weeks],
            y=[found.forgone_at(found.share)],
            mode="markers+text",
            marker={"symbol": "diamond", "size": 13, "color": GREEN},
            text=[f"<b>{found.share:.1%}</b>".replace("%", " %")],
            textposition="top right",
            name="smallest that shows it within a " + found.period,
            hoverinfo="skip",
        )
    dress(figure, "What a holdout gives up, against how soon it shows the gain")
    ticks = _ticks(float(weeks.min()), float(weeks.max()))
    figure.update_xaxes(
        title="Weeks until the gain is seen",
        type="log",
        tickvals=ticks,
        ticktext=[f"{tick:,g}" for tick in ticks],
    )
    figure.update_yaxes(title=axis_title(f"Gain given up a {found.period}", unit, 40), rangemode="tozero")
    figure.update_layout(height=HEIGHT - 60)
    return figure


def _ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 times the powers of ten from `low` to `high`, and one beyond each."""
    every = [step * 10.0**power for power in range(-3, 9) for step in (1, 2, 5)]
    return [tick for tick in every if low / 2.6 < tick < high * 2.6]


def _band(figure: go.Figure, planned: Planned, furthest: float) -> None:
    people, _, low, high = planned.line(planned.hardest, furthest)
    colour = faint(BLUE, 0.15) if len(planned.comparisons) == 1 else faint(GREY, 0.2)
    shade(figure, people.tolist(), low.tolist(), high.tolist(), colour)


def _line(figure: go.Figure, planned: Planned, comparison: Comparison, place: int, furthest: float) -> None:
    colour, dash = SERIES[place % len(SERIES)], DASHES[place % len(DASHES)]
    name = for_plotly(comparison.arm) if len(planned.comparisons) > 1 else "simulated"
    people, power, _, _ = planned.line(comparison, furthest)
    figure.add_scatter(
        x=people.tolist(),
        y=power.tolist(),
        mode="lines",
        line={"color": colour, "width": 2.5, "dash": dash},
        name=name,
        legendgroup=str(place),
        hovertemplate="%{x:,.0f} people: %{y:.0%}<extra></extra>",
    )
    points = comparison.points
    figure.add_scatter(
        x=[point.people for point in points],
        y=[point.power for point in points],
        error_y=whiskers(
            [point.power for point in points], [point.ci for point in points], thickness=1.2, cap=3
        ),
        mode="markers",
        marker={"size": 7, "color": colour},
        customdata=[[point.found, point.runs] for point in points],
        legendgroup=str(place),
        showlegend=False,
        hovertemplate="%{x:,} people: %{customdata[0]} of %{customdata[1]} found it<extra></extra>",
    )


def _mark(figure: go.Figure, power: float, people: int) -> None:
    line = {"color": VERMILLION, "width": 1.2, "dash": "dot"}
    figure.add_shape(type="line", x0=0, x1=people, y0=power, y1=power, line=line)
    figure.add_shape(type="line", x0=people, x1=people, y0=0, y1=power, line=line)
    figure.add_scatter(
        x=[people],
        y=[power],
        mode="markers",
        marker={"symbol": "diamond", "size": 13, "color": VERMILLION},
        name=f"{people:,} people",
        hoverinfo="skip",
    )
    figure.add_annotation(
        x=people,
        y=power,
        text=f"<b>{people:,} people</b>",
        showarrow=False,
        xanchor="left",
        yanchor="top",
        xshift=9,
        yshift=-4,
        font={"size": 14},
    )
