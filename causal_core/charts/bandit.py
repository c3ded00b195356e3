"""What learning while acting costs over time, where it explores, and what a log says of it."""

from __future__ import annotations

from typing import Literal

import plotly.graph_objects as go

from causal_core.bandit.result import Replay, Simulated
from causal_core.bandit.strategies import STRATEGIES
from causal_core.charts.colours import BLUE, GREEN, GREY, ORANGE, PURPLE, SERIES, SKY, VERMILLION
from causal_core.charts.shade import faint, shade
from causal_core.charts.style import axis_title, dress
from causal_core.charts.whiskers import whiskers
from causal_core.text import for_plotly

HEIGHT = 470
"""Of the picture of regret, in pixels."""

SMALL = 380
"""Of the others."""

ROW = 44
"""Of a strategy in the replay."""

LOOKS = {
    "thompson": (BLUE, "solid"),
    "linucb": (GREEN, "longdash"),
    "epsilon_greedy": (SKY, "dash"),
    "epsilon_decreasing": (SKY, "dashdot"),
    "experiment": (VERMILLION, "solid"),
    "ab_test": (VERMILLION, "dash"),
    "fixed_policy": (PURPLE, "longdashdot"),
    "uniform": (GREY, "dot"),
    "best_fixed": (ORANGE, "10px,3px,2px,3px"),
}
"""Strategy -> colour and dash of its line."""

PATTERNS = ("", "/", "\\", ".", "x", "+", "|", "-")
"""Hatches of arms, so that they differ without colour."""


def regret_curves(
    simulated: Simulated,
    against: Literal["each", "single"] = "each",
    unit: str = "",
    change: int | None = None,
) -> go.Figure:
    """Cumulative regret of each strategy with its 95 % band over runs.

    Args:
        simulated: What to draw.
        against: Each person's best arm, or the best single arm.
        unit: The benefit's unit, for the axis.
        change: People after whom experiments end, marked; None for no mark.
    """
    figure = go.Figure()
    shown = [name for name in simulated.names if against == "each" or name != "best_fixed"]
    for name in shown:
        course = simulated.course(name)
        mean, low, high = simulated.band(course.regret if against == "each" else course.regret_single)
        people = [0, *course.people.tolist()]
        colour, dash = LOOKS[name]
        shade(figure, people, [0.0, *low.tolist()], [0.0, *high.tolist()], faint(colour, 0.15))
        figure.add_scatter(
            x=people,
            y=[0.0, *mean.tolist()],
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2.5},
            name=STRATEGIES[name],
            hovertemplate=f"{STRATEGIES[name]}<br>%{{x:,}} people: %{{y:,.3r}}<extra></extra>",
        )
    if change is not None and change < simulated.people:
        figure.add_vline(x=change, line={"color": GREY, "width": 1, "dash": "dot"})
        figure.add_annotation(
            x=change,
            y=1,
            yref="paper",
            text="the experiment ends",
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
        )
    title = {
        "each": "Short of giving each person their best arm",
        "single": f"Short of giving everybody the best single arm, {simulated.best_arm}",
    }[against]
    figure.update_xaxes(title="People decided about", zeroline=False, rangemode="tozero")
    figure.update_yaxes(title=axis_title("Cumulative regret", unit, 40), zeroline=True, zerolinecolor=GREY)
    dress(figure, title)
    figure.update_layout(height=HEIGHT, margin={"t": 84, "b": 130}, legend_font_size=14)
    return figure


def experiment_lengths(simulated: Simulated, lead: str | None = None, unit: str = "") -> go.Figure:
    """What experiments of several lengths cost in all, with 95 % whiskers.

    Args:
        simulated: What to draw.
        lead: A strategy that goes on learning, as a line to compare with; None for none.
        unit: The benefit's unit, for the axis.
    """
    tried = simulated.by_length()
    colour = LOOKS["experiment"][0]
    values = [regret.value for _, regret in tried]
    figure = go.Figure()
    figure.add_scatter(
        x=[rounds for rounds, _ in tried],
        y=values,
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={"size": 9, "color": colour},
        error_y=whiskers(values, [regret.ci for _, regret in tried], colour),
        name=STRATEGIES["experiment"],
        hovertemplate="%{x:,} rounds: %{y:,.3r}<extra></extra>",
    )
    if lead is not None:
        level, (look, dash) = simulated.regret(lead).value, LOOKS[lead]
        figure.add_scatter(
            x=[0, simulated.rounds],
            y=[level, level],
            mode="lines",
            line={"color": look, "dash": dash, "width": 2},
            name=STRATEGIES[lead],
            hoverinfo="skip",
        )
    figure.update_xaxes(title="Rounds of the experiment", zeroline=False, rangemode="tozero")
    figure.update_yaxes(title=axis_title("Regret at the end", unit, 40), rangemode="tozero")
    dress(figure, "How long to experiment")
    figure.update_layout(height=SMALL, margin_b=110, showlegend=True)
    return figure


def exploring_curves(simulated: Simulated) -> go.Figure:
    """The share of people on whom each strategy explores, over time; mean over runs."""
    figure = go.Figure()
    for name in simulated.names:
        if name in {"fixed_policy", "best_fixed"}:
            continue
        course = simulated.course(name)
        colour, dash = LOOKS[name]
        figure.add_scatter(
            x=course.people.tolist(),
            y=course.exploring.mean(axis=0).tolist(),
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2.5},
            name=STRATEGIES[name],
            hovertemplate=f"{STRATEGIES[name]}<br>%{{x:,}} people: %{{y:.1%}}<extra></extra>",
        )
    figure.update_xaxes(title="People decided about", zeroline=False, rangemode="tozero")
    figure.update_yaxes(title="Share given another arm<br>than thought best", tickformat=".0%", range=[0, 1])
    dress(figure, "How many are explored on")
    figure.update_layout(height=SMALL, margin_b=110, showlegend=True)
    return figure


def arm_shares(simulated: Simulated, strategy: str) -> go.Figure:
    """The share of each arm over time under one strategy, stacked; mean over runs."""
    course = simulated.course(strategy)
    means = course.shares.mean(axis=0)
    figure = go.Figure()
    for code, arm in enumerate(simulated.arms):
        colour = GREY if code == 0 else SERIES[(code - 1) % len(SERIES)]
        figure.add_scatter(
            x=course.people.tolist(),
            y=means[:, code].tolist(),
            mode="lines",
            stackgroup="arms",
            line={"color": colour, "width": 1},
            fillpattern={"shape": PATTERNS[code % len(PATTERNS)], "fgcolor": colour},
            name=for_plotly(arm),
            hovertemplate=f"{for_plotly(arm)}<br>%{{x:,}} people: %{{y:.1%}}<extra></extra>",
        )
    figure.update_xaxes(title="People decided about", zeroline=False)
    figure.update_yaxes(title="Share of people", tickformat=".0%", range=[0, 1])
    dress(figure, f"Arms given by: {STRATEGIES[strategy]}")
    figure.update_layout(height=SMALL, margin_b=110, showlegend=True)
    return figure


def replay_values(replayed: Replay, unit: str = "") -> go.Figure:
    """A row for each strategy replayed on the log: a dot, a 95 % whisker, the best on top."""
    results = sorted(replayed.results, key=lambda each: -each.value)
    figure = go.Figure()
    for place, each in enumerate(results):
        colour = LOOKS[each.strategy][0]
        figure.add_scatter(
            x=[each.value],
            y=[place],
            mode="markers",
            marker={"size": 11, "color": colour},
            error_x=whiskers([each.value], [each.ci], colour),
            showlegend=False,
            hovertemplate=f"{STRATEGIES[each.strategy]}: %{{x:,.3r}}<extra></extra>",
        )
    figure.update_xaxes(title=axis_title("Benefit less cost per person", unit), zeroline=False)
    figure.update_yaxes(
        tickvals=list(range(len(results))),
        ticktext=[STRATEGIES[each.strategy] for each in results],
        range=[len(results) - 0.4, -0.6],
        zeroline=False,
        showgrid=False,
    )
    dress(figure, "What the log says, without a model of outcomes")
    figure.update_layout(height=150 + ROW * len(results))
    return figure
