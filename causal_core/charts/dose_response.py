"""The curve of a dose with its bands, over a histogram of the doses; and balance along the dose."""

from __future__ import annotations

import plotly.graph_objects as go

from causal_core.charts.balance import MOST, before_and_after, tick_name
from causal_core.charts.colours import BLUE, GREY
from causal_core.charts.style import axis_title, dress, extra_height
from causal_core.data.dose import Doses
from causal_core.estimation.dose_result import Along, DoseFindings, DoseResponse
from causal_core.text import for_plotly

POINTWISE = "rgba(0, 114, 178, 0.3)"
EVERYWHERE = "rgba(0, 114, 178, 0.15)"
EDGE = "rgba(0, 114, 178, 0.7)"
"""Of both bands, which a projector would wash out and a dark page swallow."""
THIN = "rgba(138, 143, 152, 0.22)"
HISTOGRAM = "rgba(138, 143, 152, 0.55)"
LONGEST = 80
"""Characters of a title that fit in one line."""
ALONG_UP = 32
"""Characters that fit along the upright axis of the curve."""


def dose_curve(
    response: DoseResponse,
    findings: DoseFindings,
    treatment: str,
    outcome: str,
    unit: str = "",
    randomised: bool = False,
    change: bool = False,
) -> go.Figure:
    """The mean outcome had everybody had each dose, with the pointwise and the simultaneous 95 % band.

    The quartiles of the dose and the reference carry markers: filled under random assignment, hollow for
    observational evidence, diamonds for an association, whose line is dotted. Ranges with little data are
    grey; at the foot is a histogram of the doses.

    Args:
        response: One method's curve.
        findings: The doses, and where there are enough of them.
        treatment: The treatment's name.
        outcome: The outcome's name.
        unit: The outcome's unit.
        randomised: Whether the dose was assigned at random.
        change: Show the change against the reference dose instead of the level.
    """
    band = response.change if change else response.level
    association = any(each.estimand == "association" for each in response.estimates)
    x, figure = list(response.doses), go.Figure()
    for low, high, colour, name in (
        (band.low_all, band.high_all, EVERYWHERE, "95 % band, all doses at once"),
        (band.low, band.high, POINTWISE, "95 % interval at one dose"),
    ):
        figure.add_scatter(
            x=[*x, *reversed(x)],
            y=[*high, *reversed(low)],
            fill="toself",
            fillcolor=colour,
            line={"width": 1, "color": EDGE},
            hoverinfo="skip",
            name=name,
        )
    what = "association" if association else "mean outcome, had everybody the dose"
    hover = for_plotly(treatment) + " %{x:.4g}: %{y:.4g} (%{customdata[0]:.4g} to %{customdata[1]:.4g})"
    figure.add_scatter(
        x=x,
        y=list(band.estimate),
        customdata=list(zip(band.low, band.high, strict=True)),
        mode="lines",
        line={"color": BLUE, "width": 3.5, "dash": "dot" if association else "solid"},
        name=f"change from {response.reference:.6g}" if change and not association else what,
        hovertemplate=hover + "<extra></extra>",
    )
    places = [response.place(dose) for dose in dict.fromkeys(findings.doses.quartiles)]
    symbol = "diamond-open" if association else "circle" if randomised else "circle-open"
    figure.add_scatter(
        x=[x[place] for place in places],
        y=[band.estimate[place] for place in places],
        mode="markers",
        marker={"symbol": symbol, "size": 12, "color": BLUE, "line": {"width": 2.5, "color": BLUE}},
        hoverinfo="skip",
        name="quartiles of the dose, "
        + ("random assignment" if randomised else "association" if association else "observational"),
    )
    figure.add_vline(
        x=response.reference,
        line={"color": GREY, "width": 1.5, "dash": "dash"},
        annotation={"text": f"reference {response.reference:.6g}", "font": {"color": GREY}},
    )
    if change:
        figure.add_hline(y=0, line={"color": GREY, "width": 1, "dash": "dot"})
    for start, end in findings.along.thin() if findings.along else ():
        figure.add_vrect(x0=start, x1=end, fillcolor=THIN, line_width=0, layer="below")
    _add_histogram(figure, findings.doses)
    title = f"What would {outcome} be at each {treatment}?"
    dress(figure, title if len(title) <= LONGEST else "What would the outcome be at each dose?")
    below = axis_title(treatment)
    # A dose may be a year.
    figure.update_xaxes(title=below, zeroline=False, separatethousands=False)
    beside = axis_title(f"Change in {outcome}" if change else f"Mean of {outcome}", unit, ALONG_UP)
    figure.update_layout(
        height=540 + extra_height(below),
        margin={"b": 110 + extra_height(below)},
        yaxis={"title": beside, "domain": [0.2, 1]},
        bargap=0.02,
    )
    return figure


def dose_histogram(doses: Doses, treatment: str) -> go.Figure:
    """How many rows have each dose, with the reference marked."""
    figure = go.Figure()
    _add_bars(figure, doses, "y")
    figure.add_vline(
        x=doses.reference,
        line={"color": BLUE, "width": 2, "dash": "dash"},
        annotation={"text": f"reference {doses.reference:.6g}", "font": {"color": BLUE}},
    )
    dress(figure, "")
    below = axis_title(treatment, width=40)
    figure.update_xaxes(title=below, zeroline=False)
    figure.update_yaxes(title="Rows")
    more = extra_height(below)
    figure.update_layout(height=230 + more, bargap=0.02, showlegend=False, margin={"b": 50 + more, "t": 30})
    return figure


def dose_balance(along: Along, treatment: str) -> go.Figure:
    """Correlations of the covariates with the dose, before (hollow) and after weighting (filled).

    At most 40 covariates are drawn, those most correlated as the data are.
    """
    order = sorted(range(len(along.before)), key=lambda j: -abs(along.before[j]))[:MOST]
    names = [for_plotly(along.covariates[j]) for j in order]
    ticks = [tick_name(along.covariates[j]) for j in order]
    figure = go.Figure()
    before_and_after(figure, names, [along.before, along.after], order)
    figure.update_xaxes(title=axis_title(f"Correlation with {treatment}", width=90), zeroline=False)
    figure.update_yaxes(
        tickvals=list(range(len(order))), ticktext=ticks, range=[len(order) - 0.4, -0.6], zeroline=False
    )
    dress(figure, "Does the dose say who people are?")
    figure.update_layout(height=190 + 24 * len(order))
    return figure


def _add_histogram(figure: go.Figure, doses: Doses) -> None:
    _add_bars(figure, doses, "y2")
    figure.update_layout(
        yaxis2={
            "domain": [0, 0.15],
            "anchor": "x",
            "title": {"text": "Rows", "font": {"size": 11}},
            "nticks": 3,
            "showgrid": False,
        }
    )
    figure.update_xaxes(anchor="y2")


def _add_bars(figure: go.Figure, doses: Doses, axis: str) -> None:
    figure.add_bar(
        x=[(low + high) / 2 for low, high in zip(doses.edges, doses.edges[1:], strict=False)],
        y=list(doses.counts),
        width=[high - low for low, high in zip(doses.edges, doses.edges[1:], strict=False)],
        marker={"color": HISTOGRAM},
        yaxis=axis,
        name="rows",
        showlegend=False,
        hovertemplate="%{y:,} rows around %{x:.4g}<extra></extra>",
    )
