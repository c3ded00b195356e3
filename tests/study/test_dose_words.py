import dataclasses

from causal_core.estimation.dose_bands import respond
from causal_core.estimation.dose_regression import dose_response, linear_regression
from causal_core.estimation.dose_result import Along, DoseFindings
from causal_core.study import dose_words as words
from tests.estimation.dose_worlds import dosed


def found(fit=dose_response, curve="bent"):
    world = dosed(400, 1, curve)
    return world, respond("dose_response", world.doses, fit(world), (400, 3), seed=1)


def test_the_sentence_moves_from_the_reference_to_the_farther_quartile():
    _, response = found()
    told = words.moved(response)
    sentence = words.dose_sentence(told, "t", "y", "kg")
    assert sentence.startswith(f"Moving t from 10 to {told.contrast[1]} changes y by −")
    assert "(kg) on average over everybody (95 % interval " in sentence
    away = [abs(float(each.contrast[1]) - 10) for each in response.estimates]
    assert abs(float(told.contrast[1]) - 10) == max(away)
    nothing = dataclasses.replace(told, value=0.1, ci=(-1.0, 1.2))
    assert words.dose_sentence(nothing, "t", "y", "").endswith(
        "changes y by +0.1 on average over everybody (95 % interval −1 to 1.2). The interval holds zero: "
        "these data do not settle the direction."
    )
    mixed = dataclasses.replace(told, value=0.1, ci=(0.05, 0.15), estimand="association")
    assert words.dose_sentence(mixed, "t", "y", "").endswith("an association, not an effect.")


def test_shape_residuals_and_slope_are_said():
    _, bent = found(curve="hump")
    assert "It bends (p < 0.001), so one slope does not tell the effect" in words.shape_sentence(bent)
    _, straight = found(curve="line")
    assert "No bend was found (p = " in words.shape_sentence(straight)
    assert "no misfit along the dose is seen" in words.residual_sentence(straight)
    _, line = found(linear_regression, "hump")
    assert words.shape_sentence(line) == ""
    assert "the model misses the shape there" in words.residual_sentence(line)
    slope = words.slope_sentence(straight, "t", "y", "kg")
    assert slope.startswith("One unit more of t changes y by +0.")
    assert "averaged over the doses that people have" in slope


def test_support_and_balance_are_said():
    world, response = found()
    at = (4.0, 8.0, 12.0, 16.0)
    along = Along(at, (12.0, 90.0, 90.0, 20.0), ("a", "b"), (0.5, -0.2), (0.02, -0.03), 2)
    findings = DoseFindings(world.doses, (response,), along)
    support = words.support_sentence(findings)
    assert "nothing is said beyond" in support
    assert "from 4 to 6 and 14 to 16 fewer than 30 rows count" in support
    assert along.thin() == ((4.0, 6.0), (14.0, 16.0))
    balance = words.balance_sentence(along)
    assert "a correlation of 0.50" in balance
    assert "the largest is −0.03 (b): balanced." in balance
    assert "2 rows had a dose that their covariates all but rule out" in balance
    assert words.balance_sentence(dataclasses.replace(along, before=())) == ""
    assert words.reference_sentence(findings, "t", ()) == "Compared with t = 10; adjusted for nothing."
