"""The one visual language: Okabe-Ito colours by role, each with a letter, readable without colour."""

from __future__ import annotations

from typing import Final

BLUE: Final = "#0072B2"
VERMILLION: Final = "#D55E00"
PURPLE: Final = "#CC79A7"
GREEN: Final = "#009E73"
SKY: Final = "#56B4E9"
ORANGE: Final = "#E69F00"
YELLOW: Final = "#F0E442"
GREY: Final = "#8A8F98"

ROLE_COLOURS: Final = {
    "treatment": BLUE,
    "outcome": VERMILLION,
    "confounder": PURPLE,
    "mediator": GREEN,
    "collider": "#000000",
    "instrument": SKY,
    "ancestor": ORANGE,
    "descendant": GREY,
    "proxy": GREY,
    "latent": GREY,
    "other": GREY,
}
"""Role -> colour. A collider is a black (in dark theme: white) outline; a latent node a dashed grey one."""

ROLE_LETTERS: Final = {
    "treatment": "T",
    "outcome": "Y",
    "confounder": "C",
    "mediator": "M",
    "collider": "X",
    "instrument": "Z",
    "ancestor": "A",
    "descendant": "D",
    "proxy": "P",
    "latent": "U",
    "other": "",
}
"""Role -> the letter that carries the same meaning where colour cannot."""

ROLE_WORDS: Final = {
    **{role: role for role in ROLE_COLOURS},
    "ancestor": "cause of the outcome",
    "descendant": "effect of treatment or outcome",
    "proxy": "proxy of a confounder",
}
"""Role -> what a reader calls it."""

SERIES: Final = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY)
"""Colours for the lines of one chart, in order; give each its own dash or marker too."""
