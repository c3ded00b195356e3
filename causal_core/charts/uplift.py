"""How well people were ranked by effect, and how the groups differ."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.charts.style import axis_title, dress
from causal_core.charts.uplift_lines import (
    HEIGHT,
    draw_band,
    draw_line,
    draw_reference,
    finish,
    name_lines,
    short_name,
)
from causal_core.charts.whiskers import whiskers
from causal_core.percent import percent
from causal_core.study.headline import number_text
from causal_core.text import for_plotly
from causal_core.uplift.catalogue import LEARNERS
from causal_core.uplift.result import Points, UpliftResult

ACROSS = "Share of people treated, highest predicted effect first"

FEWEST = 0.05
"""The share below which a TOC rests on so few rows that it would set the axis for all the rest."""


def uplift_curves(
    results: Sequence[UpliftResult],
    unit: str = "",
    band: bool = True,
    focus: str | None = None,
) -> go.Figure:
    """Uplift curves on held-out rows against the line of random targeting.

    Args:
        results: Learners to compare, for one contrast; those with an error are left out.
        unit: The outcome's unit, for the axis.
        band: Draw the pointwise 95 % band of one learner, where it can be read.
        focus: The learner whose band it is; None for the only one there is.
    """
    shown, focus = _shown(results, focus)
    figure = go.Figure()
    for result in shown:
        if band and result.learner == focus:
            draw_band(figure, result.band, result.learner)
    told = _told("gain", unit, "per person")
    _lines(figure, shown, [result.curve for result in shown], told, focus)
    if shown:
        draw_reference(figure, ((0.0, 0.0), (1.0, shown[0].curve[-1][1])), "random")
    return finish(figure, _title("Uplift curve", shown), ACROSS, "Gain per person", unit)


def qini_curves(
    results: Sequence[UpliftResult], unit: str = "", focus: str | None = None, perfect: bool = False
) -> go.Figure:
    """Qini curves on held-out rows, per treated person, against the line of random targeting.

    Args:
        results: Learners to compare, for one contrast; those with an error are left out.
        unit: The outcome's unit, for the axis.
        focus: The learner whose line is wider.
        perfect: Draw the order that looks at the outcomes, where there is one.
    """
    shown, focus = _shown(results, focus)
    figure = go.Figure()
    names = [f"{short_name(result.learner)} {number_text(result.qini or 0.0)}" for result in shown]
    told = _told("extra outcome", unit, "per treated person")
    _lines(figure, shown, [result.qini_curve for result in shown], told, focus, names)
    if shown:
        draw_reference(figure, ((0.0, 0.0), (1.0, shown[0].qini_curve[-1][1])), "random")
        if perfect and shown[0].perfect:
            draw_reference(figure, shown[0].perfect, "perfect order, known only afterwards", "dot")
    title = _title("Qini curve and coefficient", shown)
    return finish(figure, title, ACROSS, "Extra outcome per treated person", unit)


def toc_curves(results: Sequence[UpliftResult], unit: str = "", focus: str | None = None) -> go.Figure:
    """Targeting operator characteristics: how much larger than average the effect is among those first.

    The axis up is set by what holds from a share of 5 % on; before it a curve may leave the picture.

    Args:
        results: Learners to compare, for one contrast; those without a TOC are left out.
        unit: The outcome's unit, for the axis.
        focus: The learner whose pointwise 95 % band is drawn; None for the only one there is.
    """
    shown, focus = _shown([result for result in results if result.toc], focus)
    figure = go.Figure()
    heights = [0.0]
    for result in shown:
        heights += [gain for share, gain in result.toc if share >= FEWEST]
        if result.learner == focus:
            draw_band(figure, result.toc_band, result.learner)
            heights += [end for share, *ends in result.toc_band if share >= FEWEST for end in ends]
    told = _told("effect above average", unit, "")
    _lines(figure, shown, [result.toc for result in shown], told, focus)
    if shown:
        draw_reference(figure, ((0.0, 0.0), (1.0, 0.0)), "random")
        room = 0.06 * (max(heights) - min(heights) or 1.0)
        figure.update_yaxes(range=[min(heights) - room, max(heights) + room])
    title = _title("Targeting operator characteristic (TOC)", shown)
    return finish(figure, title, ACROSS, "Effect above the average", unit)


def segment_bars(result: UpliftResult, unit: str = "") -> go.Figure:
    """The effect in each group by predicted effect (bar, 95 % whisker) and what was predicted (diamond)."""
    labels = [_group(segment.group, len(result.segments), segment.share) for segment in result.segments]
    effects = [segment.effect for segment in result.segments]
    figure = go.Figure()
    figure.add_bar(
        x=labels,
        y=effects,
        marker={"color": BLUE, "opacity": 0.55},
        error_y=whiskers(
            [segment.effect for segment in result.segments], [segment.ci for segment in result.segments], GREY
        ),
        name="effect, 95 % interval",
        customdata=[(segment.ci[0], segment.ci[1], segment.rows) for segment in result.segments],
        hovertemplate="%{x}<br>effect %{y:,.3r} (%{customdata[0]:,.3r} to %{customdata[1]:,.3r})"
        "<br>%{customdata[2]:,} rows<extra></extra>",
    )
    figure.add_scatter(
        x=labels,
        y=[segment.predicted for segment in result.segments],
        mode="markers",
        marker={"symbol": "diamond-open", "size": 12, "color": VERMILLION, "line": {"width": 2}},
        name="predicted",
        hovertemplate="%{x}<br>predicted %{y:,.3r}<extra></extra>",
    )
    if result.average is not None:
        figure.add_hline(y=result.average, line={"color": GREY, "dash": "dot", "width": 2})
        figure.add_annotation(
            x=1.005,
            xref="paper",
            xanchor="left",
            y=result.average,
            showarrow=False,
            text="average",
        )
    figure.update_xaxes(title="People by predicted effect")
    figure.update_yaxes(title=axis_title("Effect", unit, 40), zeroline=True, zerolinecolor=GREY)
    words = LEARNERS.get(result.learner)
    dress(
        figure, curve_title(f"Effect by group, {words.label if words else result.learner}", result.contrast)
    )
    figure.update_layout(height=HEIGHT, margin={"b": 95, "r": 70})
    return figure


def curve_title(what: str, contrast: tuple[str, str]) -> str:
    """What is drawn, and the arms it compares."""
    control, arm = contrast
    return f"{what}: {arm} against {control}"


def _title(what: str, results: Sequence[UpliftResult]) -> str:
    return curve_title(what, results[0].contrast) if results else what


def _shown(results: Sequence[UpliftResult], focus: str | None) -> tuple[list[UpliftResult], str | None]:
    """Those that answered, the one in detail last so that it lies on top, and which that is."""
    shown = [result for result in results if result.error is None]
    if len(shown) == 1:
        return shown, shown[0].learner
    return sorted(shown, key=lambda result: result.learner == focus), focus


def _lines(
    figure: go.Figure,
    results: Sequence[UpliftResult],
    curves: list[Points],
    told: str,
    focus: str | None,
    names: Sequence[str] = (),
) -> None:
    names = names or [short_name(result.learner) for result in results]
    for result, points, name in zip(results, curves, names, strict=True):
        wide = result.learner == focus
        draw_line(figure, points, result.learner, told, name=name, wide=wide)
    name_lines(figure, [result.learner for result in results], names, curves)


def _told(what: str, unit: str, whom: str) -> str:
    return " ".join(filter(None, (what, whom, f"({for_plotly(unit)})" if unit else "")))


def _group(group: int, count: int, share: float) -> str:
    ends = {1: "highest", count: "lowest"}
    name = ends.get(group, str(group)) if count > 1 else "everybody"
    return f"{name}<br>{percent(share)}"
