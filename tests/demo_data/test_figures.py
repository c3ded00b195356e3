"""Every figure in an about.toml, computed again from the table and, for generated worlds, from the truth."""

import numpy as np
import pandas as pd
import pytest

from causal_core.data.demos import demo, demos
from demo_data.makers.counts import SMOKING_TAR

ARMS = ("nothing", "discount", "personal message", "premium feature")
NHEFS = ["sex", "age", "race", "education", "exercise", "active", "smokeintensity", "smokeyrs", "wt71"]


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(demo(name).folder / "data.csv")


def truth(name: str) -> pd.DataFrame:
    path = demo(name).truth_path
    assert path is not None
    return pd.read_parquet(path)


def slope(frame: pd.DataFrame, outcome: str, treatment: str, *covariates: str) -> float:
    """Least-squares coefficient of the treatment, categories as dummies."""
    columns = pd.get_dummies(frame[[treatment, *covariates]], drop_first=True, dtype=float)
    X = np.column_stack([np.ones(len(frame)), columns.astype(float)])
    return float(np.linalg.lstsq(X, frame[outcome].astype(float), rcond=None)[0][1])


def standardised(frame: pd.DataFrame, outcome: str, treated: pd.Series, stratum: str, over=None) -> float:
    """Differences within strata, weighted by the strata of the rows `over`."""
    difference = (
        frame[treated].groupby(stratum)[outcome].mean() - frame[~treated].groupby(stratum)[outcome].mean()
    )
    rows = frame if over is None else frame[over]
    return float((difference * rows[stratum].value_counts(normalize=True)).sum())


def retention_offers():
    t, d = truth("retention_offers"), table("retention_offers")
    p = t[[f"probability: {arm}" for arm in ARMS]].to_numpy()
    effect = p - p[:, :1]
    net = 100 * p - np.array([0.0, 6.0, 2.0, 5.0])
    net -= net[:, :1].copy()
    fifth = len(p) // 5
    riskiest = np.argsort(p[:, 0], kind="stable")[:fifth]
    kept = d.groupby("offer")["kept"].mean()
    figures = {
        "discount": effect[:, 1].mean(),
        "personal message": effect[:, 2].mean(),
        "premium feature": effect[:, 3].mean(),
        "discount, revenue": (t["revenue: discount"] - t["revenue: nothing"]).mean(),
        "harmed by the message": (effect[:, 2] < -0.02).mean(),
        "best arm for each": effect.max(axis=1).mean(),
        "best policy, net": net.max(axis=1).mean(),
        "message for all, net": net[:, 2].mean(),
        "discount for all, net": net[:, 1].mean(),
        "premium feature for all, net": net[:, 3].mean(),
    }
    for short, arm in (("message", 2), ("premium feature", 3)):
        figures[f"{short} to the riskiest fifth"] = effect[riskiest, arm].mean()
        figures[f"{short} to the most responsive fifth"] = np.sort(effect[:, arm])[-fifth:].mean()
    return figures | {f"difference, {arm}": kept[arm] - kept["nothing"] for arm in ARMS[1:]}


def split(name: str, treatment: str, crossed: str):
    """ATE, ATT, ATC, NDE(0), NIE(1) of a world with one mediator."""
    t, given = truth(name), table(name)[treatment] == 1
    control, treated = t[f"probability: {treatment} 0"], t[f"probability: {treatment} 1"]
    effect = treated - control
    direct, through = t[crossed] - control, treated - t[crossed]
    return effect.mean(), effect[given].mean(), effect[~given].mean(), direct.mean(), through.mean()


def retention_observational():
    d, base = table("retention_observational"), ("engagement", "support_calls", "tenure")
    names = (
        "offer",
        "offer, those who got it",
        "offer, those who did not get it",
        "direct",
        "through satisfaction",
    )
    effects = split("retention_observational", "offer", "probability: offer 1, satisfaction of offer 0")
    return dict(zip(names, effects, strict=True)) | {
        "difference": slope(d, "kept", "offer"),
        "adjusted": slope(d, "kept", "offer", *base),
        "adjusted, with satisfaction": slope(d, "kept", "offer", *base, "satisfaction"),
        "adjusted, with app_opens_after": slope(d, "kept", "offer", *base, "app_opens_after"),
    }


def encouragement():
    t, d = truth("encouragement"), table("encouragement")
    effect = t["energy with visit"] - t["energy without visit"]
    assert (t["visit with letter"] >= t["visit without letter"]).all()
    moved = t["visit with letter"] > t["visit without letter"]
    base = ("people", "floor_area", "heating")
    return {
        "visit, those whom the letter moves": effect[moved].mean(),
        "moved by the letter": moved.mean(),
        "visit": effect.mean(),
        "visit, those visited": effect[d["visit"] == 1].mean(),
        "difference": slope(d, "energy", "visit"),
        "adjusted": slope(d, "energy", "visit", *base),
        "letter": slope(d, "energy", "letter"),
        "wald": slope(d, "energy", "letter") / slope(d, "visit", "letter"),
        "two-stage": slope(d, "energy", "letter", *base) / slope(d, "visit", "letter", *base),
    }


def premium():
    t, d = truth("premium"), table("premium")
    low = t["probability: income lower"]
    d = d.assign(**{level: (d["income"] == level).astype(float) for level in ("middle", "higher")})
    return {
        "middle income": (t["probability: income middle"] - low).mean(),
        "higher income": (t["probability: income higher"] - low).mean(),
        "engaged": (t["probability: engaged 1"] - t["probability: engaged 0"]).mean(),
        "difference, higher income": slope(d, "purchase", "higher", "middle"),
        "adjusted, middle income": slope(d, "purchase", "middle", "higher", "age"),
        "adjusted, higher income": slope(d, "purchase", "higher", "middle", "age"),
        "adjusted with engaged, higher income": slope(d, "purchase", "higher", "middle", "age", "engaged"),
        "difference, engaged": slope(d, "purchase", "engaged"),
        "adjusted, engaged": slope(d, "purchase", "engaged", "age", "income"),
    }


def service():
    d, base = table("service"), ("customer_value", "calls_before")
    names = ("solved", "solved, those solved", "solved, the others", "direct", "through engagement")
    effects = split("service", "solved", "probability: solved 1, engagement of solved 0")
    return dict(zip(names, effects, strict=True)) | {
        "difference": slope(d, "churn", "solved"),
        "adjusted": slope(d, "churn", "solved", *base),
        "adjusted, with engagement": slope(d, "churn", "solved", *base, "engagement"),
    }


def nhefs():
    d = table("nhefs")
    numbers = [name for name in NHEFS if d[name].dtype.kind in "if"]
    d = d.assign(**{f"{name} squared": d[name] ** 2 for name in numbers})
    squared = [*NHEFS, *(f"{name} squared" for name in numbers)]
    columns = pd.get_dummies(d[squared], drop_first=True, dtype=float)
    X = np.column_stack([np.ones(len(d)), (columns - columns.mean()) / columns.std()])
    quit_, gain = d["qsmk"].to_numpy(dtype=float), d["wt82_71"].to_numpy()
    beta = np.zeros(X.shape[1])
    for _ in range(25):  # Newton's method for the logistic regression
        e = 1 / (1 + np.exp(-X @ beta))
        beta += np.linalg.solve(X.T @ (X * (e * (1 - e))[:, None]), X.T @ (quit_ - e))
    e = 1 / (1 + np.exp(-X @ beta))
    weighted = np.average(gain, weights=quit_ / e) - np.average(gain, weights=(1 - quit_) / (1 - e))
    # The outcome model of the book: the columns, their squares, and quitting times cigarettes a day.
    cigarettes = d["smokeintensity"].to_numpy(dtype=float)
    outcome = np.linalg.lstsq(np.column_stack([X, quit_, quit_ * cigarettes]), gain, rcond=None)[0]
    standardised_gain = outcome[-2] + outcome[-1] * cigarettes.mean()
    return {
        "published, weighting": weighted,
        "published, standardisation": standardised_gain,
        "difference": slope(d, "wt82_71", "qsmk"),
        "adjusted": slope(d, "wt82_71", "qsmk", *NHEFS),
        "adjusted, with squares": slope(d, "wt82_71", "qsmk", *squared),
        "weighted": weighted,
        "standardised": standardised_gain,
    }


def kidney_stones():
    d = table("kidney_stones")
    opened = d["treatment"] == "open surgery"
    return {
        "open surgery": standardised(d, "success", opened, "stone_size"),
        "open surgery, those who had it": standardised(d, "success", opened, "stone_size", opened),
        "open surgery, the others": standardised(d, "success", opened, "stone_size", ~opened),
        "difference": d["success"][opened].mean() - d["success"][~opened].mean(),
    }


def berkeley():
    d = table("berkeley")
    women = d["gender"] == "female"
    total = d["admitted"][women].mean() - d["admitted"][~women].mean()
    direct = standardised(d, "admitted", women, "department", ~women)
    return {
        "total": total,
        "direct": direct,
        "through the department": total - direct,
        "standardised": standardised(d, "admitted", women, "department"),
    }


def smoking_tar():
    d = table("smoking_tar")
    share = {cell: people for cell, (people, _) in SMOKING_TAR.items()}
    smokes = {x: share[x, 0] + share[x, 1] for x in (0, 1)}

    def cancer_under(smoking: int) -> float:
        return sum(
            share[smoking, tar] / smokes[smoking] * smokes[x] / 100 * SMOKING_TAR[x, tar][1] / 100
            for tar in (0, 1)
            for x in (0, 1)
        )

    return {
        "smoking": cancer_under(1) - cancer_under(0),
        "difference": slope(d, "cancer", "smoking"),
        "adjusted for tar": slope(d, "cancer", "smoking", "tar"),
    }


def lalonde():
    d = table("lalonde")
    base = ["age", "education", "black", "hispanic", "married", "nodegree", "re74", "re75"]
    trial = d.groupby("assigned")["re78"].mean()
    seen = d.dropna(subset=["trained"])
    columns = seen[base].astype(float)
    x = np.column_stack([np.ones(len(seen)), (columns - columns.mean()) / columns.std()])
    trained, earned = seen["trained"].to_numpy(), seen["re78"].to_numpy()
    beta = np.zeros(x.shape[1])
    for _ in range(30):  # Newton's method for the logistic regression
        e = 1 / (1 + np.exp(-x @ beta))
        beta += np.linalg.solve(x.T @ (x * (e * (1 - e))[:, None]), x.T @ (trained - e))
    e = 1 / (1 + np.exp(-x @ beta))
    odds = (1 - trained) * e / (1 - e)
    return {
        "experiment": trial[1] - trial[0],
        "difference": slope(seen, "re78", "trained"),
        "adjusted": slope(seen, "re78", "trained", *base),
        "weighted": earned[trained == 1].mean() - np.average(earned, weights=odds),
    }


def follow_up():
    t, d = truth("follow_up"), table("follow_up")
    best = t[["best: e-mail", "best: phone call"]].to_numpy()
    drawn = t[["as drawn: e-mail", "as drawn: phone call"]].to_numpy()
    pairs = t[[column for column in t if column.startswith("worth: ")]]
    kept = d.groupby("contact")["kept"].mean()
    return {
        "phone call": t["kept: phone call"].mean() - t["kept: e-mail"].mean(),
        "best rule": best.max(axis=1).mean(),
        "best first contact is a phone call": (best[:, 1] > best[:, 0]).mean(),
        "best pair for everybody": pairs.mean().max(),
        "nothing after an e-mail": pairs["worth: e-mail, nothing"].mean(),
        "one decision at a time": best[np.arange(len(best)), drawn.argmax(axis=1)].mean(),
        "difference, phone call": kept["phone call"] - kept["e-mail"],
    }


def credit():
    t, d = truth("credit"), table("credit")
    native, migrant = t["score: native"], t["score: migrant"]
    seen = d.groupby("origin")[["default", "risk_score"]].mean().loc[["native", "migrant"]].diff().iloc[-1]
    return {
        "origin": (t["probability of default: migrant"] - t["probability of default: native"]).mean(),
        "score, total": (migrant - native).mean(),
        "score, direct": (t["score: native, seen as a migrant"] - native).mean(),
        "score, through the district": (t["score: native, with the district of a migrant"] - native).mean(),
        "other decision had the origin been other": ((native >= 50) != (migrant >= 50)).mean(),
        "difference": seen["default"],
        "difference, score": seen["risk_score"],
    }


COMPUTED = {
    maker.__name__: maker
    for maker in (
        retention_offers,
        retention_observational,
        encouragement,
        premium,
        service,
        nhefs,
        kidney_stones,
        berkeley,
        smoking_tar,
        lalonde,
        follow_up,
        credit,
    )
}


@pytest.mark.parametrize("name", [each.name for each in demos()])
def test_the_figures_of_a_demo_are_right(name):
    stated = {figure.name: figure.value for figure in (*demo(name).truth, *demo(name).seen)}
    computed = COMPUTED[name]()
    assert set(stated) == set(computed)
    for figure, value in stated.items():
        decimals = len(repr(value).partition(".")[2])
        assert computed[figure] == pytest.approx(value, abs=0.501 * 10**-decimals), figure
