"""What is gained for the money spent, when it goes where a learner predicts the most for it."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from causal_core.charts.colours import GREY
from causal_core.charts.style import axis_title, dress, extra_height
from causal_core.charts.uplift_lines import HEIGHT, draw_band, draw_line, draw_reference, name_lines
from causal_core.charts.uplift_lines import short_name as named
from causal_core.text import for_plotly
from causal_core.uplift.findings import CostCurve


def cost_curves(
    curves: Sequence[CostCurve], unit: str = "", focus: str | None = None, control: str = ""
) -> go.Figure:
    """Gain against spending, both per person, with the line on which a gain pays for itself.

    Args:
        curves: One a learner, all of the same arm or all of the best mix of arms.
        unit: What benefit and costs are counted in.
        focus: The learner whose pointwise 95 % band is drawn; None for the only one there is.
        control: The level an arm is compared with, for the title.
    """
    shown = sorted(curves, key=lambda curve: curve.learner == focus)
    if len(shown) == 1:
        focus = shown[0].learner
    figure = go.Figure()
    in_unit = f" ({for_plotly(unit)})" if unit else ""
    for curve in shown:
        if curve.learner == focus:
            band = [
                (spent, gain - 1.96 * error, gain + 1.96 * error)
                for (spent, gain), error in zip(curve.points, curve.std_error, strict=True)
            ]
            draw_band(figure, band, curve.learner)
    for curve in shown:
        wide = curve.learner == focus
        across = "spent %{x:,.3r}"
        draw_line(figure, curve.points, curve.learner, f"gain per person{in_unit}", wide=wide, across=across)
    most = max((curve.points[-1][0] for curve in shown), default=0.0)
    if most > 0:
        draw_reference(figure, ((0.0, 0.0), (most, most)), "gain equals cost", "dot")
        name_lines(
            figure,
            [curve.learner for curve in shown],
            [named(curve.learner) for curve in shown],
            [curve.points for curve in shown],
            most,
        )
    axis = axis_title("Spent per person, where most is predicted for it first", unit, 80)
    figure.update_xaxes(title=axis, zeroline=False, range=[0, most or 1.0])
    figure.update_yaxes(
        title=axis_title("Gain per person, costs not taken off", unit, 40), zeroline=True, zerolinecolor=GREY
    )
    dress(figure, _title(shown, control))
    more = extra_height(axis)
    figure.update_layout(height=HEIGHT + more, margin={"b": 95 + more}, hoverdistance=-1)
    return figure


def _title(curves: Sequence[CostCurve], control: str) -> str:
    if not curves or curves[0].arm is None:
        return "Cost curve: for each the arm predicted to bring most for its cost"
    return f"Cost curve: {curves[0].arm}{f' against {control}' if control else ''}"
