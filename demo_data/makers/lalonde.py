"""Job training and earnings: the National Supported Work experiment and a survey, after LaLonde."""

from __future__ import annotations

from typing import Final

import pandas as pd

from demo_data.makers.made import Made

NAMES: Final = {"educ": "education", "hisp": "hispanic", "marr": "married"}
"""The package's name of a column -> ours."""

WHOLE: Final = ("age", "education", "black", "hispanic", "married", "nodegree")


def lalonde() -> Made:
    """The 445 men of the experiment as Dehejia & Wahba (1999) chose them, and the 15,992 of the survey.

    Needs the package causaldata. `trained` compares the men who were trained with those of the survey and is
    missing for the experiment's own controls; `assigned` is the random assignment, missing in the survey.
    """
    from causaldata import cps_mixtape, nsw_mixtape

    trial, survey = (source.load_pandas().data for source in (nsw_mixtape, cps_mixtape))
    trial, survey = trial.assign(sample="experiment"), survey.assign(sample="survey")
    both = pd.concat([trial, survey], ignore_index=True).rename(columns=NAMES)
    treat, inside = both["treat"].round().astype("Int64"), both["sample"] == "experiment"
    frame = pd.DataFrame(
        {
            "sample": both["sample"].astype(object),
            "assigned": treat.where(inside),
            "trained": treat.mask(inside & (treat == 0)),
        }
    )
    for name in WHOLE:
        frame[name] = both[name].round().astype(int)
    for name in ("re74", "re75", "re78"):
        frame[name] = both[name].astype(float).round(2)
    return Made(frame)
