"""An attempt to refute an estimate that found no problem."""

from causal_core.refutation.result import Refutation

PASSED = Refutation(
    refuter="bootstrap",
    method="aipw",
    contrast=("0", "1"),
    original=2.0,
    refuted=2.0,
    shift=0.0,
    p_value=None,
    expectation="",
    verdict="pass",
    done="",
    seen="",
    cannot="",
)
