"""What each generated world was made to teach."""

import numpy as np
import pandas as pd

from causal_core.data.demos import demo
from demo_data.makers.credit import score
from demo_data.makers.retention import ARMS


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(demo(name).folder / "data.csv")


def probabilities() -> np.ndarray:
    truth = pd.read_parquet(demo("retention_offers").truth_path)
    return truth[[f"probability: {arm}" for arm in ARMS]].to_numpy()


def test_what_was_seen_of_the_offers_is_the_outcome_of_the_arm_drawn():
    seen, truth = table("retention_offers"), pd.read_parquet(demo("retention_offers").truth_path)
    for arm in ARMS:
        drawn = seen["offer"] == arm
        assert (seen["kept"][drawn] == truth[f"kept: {arm}"][drawn]).all()
        np.testing.assert_allclose(seen["revenue"][drawn], truth[f"revenue: {arm}"][drawn], atol=1e-9)


def test_the_visit_made_and_the_energy_used_are_those_of_the_letter_drawn():
    seen, truth = table("encouragement"), pd.read_parquet(demo("encouragement").truth_path)
    invited, visited = seen["letter"] == 1, seen["visit"] == 1
    visits = truth["visit with letter"].where(invited, truth["visit without letter"])
    energy = truth["energy with visit"].where(visited, truth["energy without visit"])
    assert (seen["visit"] == visits).all()
    assert (seen["energy"] - energy).abs().max() < 0.11  # both rounded to one decimal


def test_ranking_by_risk_loses_to_ranking_by_effect_for_every_offer():
    p = probabilities()
    fifth = len(p) // 5
    riskiest = np.argsort(p[:, 0], kind="stable")[:fifth]
    for arm in (1, 2, 3):
        effect = p[:, arm] - p[:, 0]
        best = np.sort(effect)[-fifth:].mean()
        assert effect[riskiest].mean() < 0.3 * best
        assert best > 0.15


def test_the_best_arm_for_each_beats_the_best_arm_for_all():
    p = probabilities()
    net = 100 * p - np.array([0.0, 6.0, 2.0, 5.0])
    assert net.max(axis=1).mean() - net.mean(axis=0).max() > 7
    shares = np.bincount(net.argmax(axis=1), minlength=4) / len(p)
    assert shares.min() > 0.15  # doing nothing is best for nearly a third


def test_the_difference_of_means_covers_the_truth_in_the_trial():
    seen, p = table("retention_offers"), probabilities()
    groups = seen.groupby("offer")["kept"]
    mean, error = groups.mean(), groups.std() / np.sqrt(groups.size())
    for arm, name in enumerate(ARMS[1:], start=1):
        difference = mean[name] - mean["nothing"]
        spread = np.hypot(error[name], error["nothing"])
        assert abs(difference - (p[:, arm] - p[:, 0]).mean()) < 2 * spread


def test_overlap_is_good_where_offers_were_not_drawn_by_lot():
    for name, column in (
        ("retention_observational", "chance of an offer"),
        ("service", "chance of a solution"),
    ):
        chance = pd.read_parquet(demo(name).truth_path)[column]
        assert chance.quantile(0.01) > 0.08
        assert chance.quantile(0.99) < 0.93


def test_the_letter_is_balanced_over_what_it_cannot_touch():
    seen, truth = table("encouragement"), pd.read_parquet(demo("encouragement").truth_path)
    frame = seen[["people", "floor_area"]].assign(keenness=truth["keenness"])
    by_letter = frame.groupby(seen["letter"]).mean()
    gap = (by_letter.loc[1] - by_letter.loc[0]) / frame.std()
    assert gap.abs().max() < 0.04


def test_what_the_first_contact_finds_out_turns_the_choice_of_it_around():
    truth = pd.read_parquet(demo("follow_up").truth_path)
    drawn = truth["as drawn: phone call"] - truth["as drawn: e-mail"]
    best = truth["best: phone call"] - truth["best: e-mail"]
    assert (drawn > 0).mean() < 0.02
    assert (best > 0).mean() > 0.7


def test_only_those_who_did_not_answer_are_followed_up_and_reasons_are_told_on_the_phone():
    seen, truth = table("follow_up"), pd.read_parquet(demo("follow_up").truth_path)
    assert (seen["follow_up"].isna() == (seen["answered"] == 1)).all()
    called = seen["contact"] == "phone call"
    assert (seen["reason"][called] == truth["reason"][called]).all()
    assert set(seen["reason"][~called]) == {"unknown"}
    shares = seen["follow_up"].value_counts(normalize=True)
    assert shares.sub(1 / 3).abs().max() < 0.02


def test_the_bank_s_score_is_the_stated_sum_of_points():
    seen, truth = table("credit"), pd.read_parquet(demo("credit").truth_path)
    features = seen[["district", "income", "savings", "job_security"]].to_numpy().T
    points = score((seen["origin"] == "migrant").to_numpy(dtype=float), *features)
    assert np.abs(points - seen["risk_score"]).max() < 0.03
    as_it_is = truth["score: native"].where(seen["origin"] == "native", truth["score: migrant"])
    assert np.abs(as_it_is - seen["risk_score"]).max() < 0.006
    assert (truth["score: migrant"] - truth["score: native"]).std() < 1e-3
