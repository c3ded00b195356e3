"""DoWhy's own refuters, and the simulations that they keep to themselves."""

from unittest.mock import patch

import numpy as np

from causal_core.estimation.sample import prepare
from causal_core.estimation.through_dowhy import estimand_of, fitted, frame_of, quiet

MODULES = {
    "placebo_treatment": "placebo_treatment_refuter",
    "random_common_cause": "random_common_cause",
    "data_subset": "data_subset_refuter",
    "bootstrap": "bootstrap_refuter",
}


def ready(refuter, method, design, target="ATE"):
    """Call with a RandomState and a count: DoWhy's simulated effects, drawn one after the other."""
    from dowhy import causal_refuters
    from dowhy.causal_refuters.placebo_treatment_refuter import PlaceboType

    sample = prepare(design)
    estimand = estimand_of(sample)
    run = getattr(causal_refuters, f"refute_{refuter}")
    given = {
        "placebo_treatment": {"treatment_names": ["t"], "placebo_type": PlaceboType.PERMUTE},
        "random_common_cause": {},
        "data_subset": {"subset_fraction": 0.8},
        # Without `required_variables=False` noise is added to the covariates (trap 18).
        "bootstrap": {"required_variables": False},
    }[refuter]
    with quiet():
        # A frame of its own for the estimate: the refuter must not see the columns that fitting adds.
        estimate = fitted(method, sample, frame_of(sample), target)
    if method == "ipw":
        # One Newton step more than at DoWhy's own tolerance, at which its tenth digit is not settled.
        estimate.estimator.propensity_score_model.set_params(tol=1e-13)
    frame = frame_of(sample)

    def simulated(state, count):
        kept = []

        def keep(estimate, simulations, *more, **named):
            kept.append(np.array(simulations))
            return {"p_value": 1.0, "is_statistically_significant": False}

        module = f"dowhy.causal_refuters.{MODULES[refuter]}.test_significance"
        with quiet(), patch(module, keep):
            run(frame, estimand, estimate, num_simulations=count, random_state=state, n_jobs=1, **given)
        return kept[0]

    return simulated


def dummy_outcome(method, design, seed, target="ATE"):
    """One simulation of DoWhy's dummy outcome."""
    from dowhy.causal_refuters import refute_dummy_outcome

    sample = prepare(design)
    with quiet():
        estimate = fitted(method, sample, frame_of(sample), target)
        np.random.seed(seed)  # noqa: NPY002 - this refuter draws from numpy's global generator
        (found,) = refute_dummy_outcome(
            frame_of(sample),
            estimand_of(sample),
            estimate,
            "t",
            "y",
            required_variables=True,
            num_simulations=1,
        )
    return float(found.new_effect)
