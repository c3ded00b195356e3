"""Quitting smoking and weight: people of the NHANES I Epidemiologic Follow-up Study."""

from __future__ import annotations

from typing import Final

import pandas as pd

from demo_data.makers.made import Made

LABELS: Final = {
    "sex": {"0": "male", "1": "female"},
    "race": {"0": "white", "1": "black or other"},
    "education": {
        "1": "8th grade or less",
        "2": "high school, left early",
        "3": "high school",
        "4": "college, left early",
        "5": "college or more",
    },
    "exercise": {"0": "much", "1": "moderate", "2": "little or none"},
    "active": {"0": "very active", "1": "moderately active", "2": "inactive"},
}
"""Column -> code -> what the study's codebook says it means."""

WHOLE: Final = ("age", "smokeintensity", "smokeyrs", "cholesterol", "sbp", "qsmk")


def nhefs() -> Made:
    """The 1,566 people whose weight was measured in 1971 and 1982; needs the package causaldata.

    These are the rows of Hernan & Robins, Causal Inference: What If, chapters 12-15. Codes become words.
    """
    from causaldata import nhefs_complete

    source = nhefs_complete.load_pandas().data
    frame = pd.DataFrame({"sex": _words(source, "sex"), "age": source["age"], "race": _words(source, "race")})
    for name in ("education", "exercise", "active"):
        frame[name] = _words(source, name)
    for name in ("smokeintensity", "smokeyrs", "wt71", "cholesterol", "qsmk", "wt82_71", "sbp"):
        frame[name] = source[name]
    for name in WHOLE:
        frame[name] = frame[name].round().astype("Int64")
    return Made(frame.assign(wt71=frame["wt71"].round(2), wt82_71=frame["wt82_71"].round(4)))


def _words(source: pd.DataFrame, name: str) -> pd.Series[str]:
    words = source[name].astype(str).map(LABELS[name])
    if words.isna().any():
        raise ValueError(f"{name} has a code that the codebook does not explain")
    return words.astype(object)
