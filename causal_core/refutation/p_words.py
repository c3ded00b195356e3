"""What each p-value means, and why there is none where one might be expected."""

from __future__ import annotations

from typing import Final

from causal_core.refutation.refuters import REFUTERS

MEANS: Final = "What does this p-value mean?"
WHY_NONE: Final = "Why is there no p-value?"

WITH_ONE: Final = ("randomisation", "graph", "rosenbaum", "relabelled", "negative_control")
"""Where there is a p-value."""

P_WORDS: Final[dict[str, str]] = {
    "randomisation": (
        "**What was tested:** that the treatment had no effect on anybody. Then every outcome would be what "
        "it is whatever the assignment, so the assignment can be drawn anew in the way it was really drawn. "
        "The p-value is the share of these draws, the actual one counted in, whose difference of the arms is "
        "at least as large either way.\n\n**Good news:** a small one; chance is then no explanation. "
        "**It is not** the probability that there is no effect, and a large one does not show that there is "
        "none. It rests on nothing but the assignment being what you say it is."
    ),
    "graph": (
        "**What was tested:** for each pair that the graph keeps apart, that the two columns are independent "
        "given the columns named. The p-value is how often rows like these would show a dependence at least "
        "as large if they were. All are adjusted together by Holm's method: were every independence true, "
        "the chance of even one below 0.05 would be at most 5 %.\n\n**Good news:** large ones; a small one "
        "speaks *against* the graph. With many rows even a trace of dependence gets a small one, so its size "
        "is judged too. Large ones do not show that the graph is right: other graphs imply the same."
    ),
    "relabelled": (
        "**What was tested:** that your graph knows no more about these columns than the same graph with its "
        "names shuffled. The p-value is the share of shuffled graphs that the data contradict no more often "
        "than yours.\n\n**Good news:** a small one; hardly any shuffled graph does as well. It does not show "
        "that yours is right, and it tells nothing when many shuffled graphs imply the same as yours."
    ),
    "negative_control": (
        "**What was tested:** that the effect is zero where, by your knowledge of the subject, it must be. "
        "The p-value is how often chance alone would give an estimate at least as far from zero. All are "
        "adjusted together by Holm's method.\n\n**Good news:** large ones; a small one says that something "
        "other than the treatment moves the estimate. Large ones do not show that nothing does: with few "
        "rows a bias can hide."
    ),
    "rosenbaum": (
        "**What was tested:** that the treatment had no effect on anybody, by the differences within matched "
        "pairs, one-sided in the estimate's direction. With a hidden bias of up to Gamma the p-value is not "
        "known, only that it is no larger than the bound drawn here.\n\n**Good news:** a bound that stays "
        "below 0.05 up to a large Gamma. It is not the probability of a hidden bias."
    ),
    "sensitivity": (
        "A hidden confounder leaves no trace in the data, so nothing about it can be tested: there is no "
        "draw of chance to compare with. What can be worked out is how strong it would have to be; whether "
        "there is one, only knowledge of the subject can tell."
    ),
    "overlap": (
        "Overlap is a property of these rows, not a hypothesis about others: what matters is how few rows "
        "carry the answer, and no chance is involved in counting them."
    ),
    "placebo_treatment": (
        "A p-value needs draws from what chance would do if a hypothesis were true. Shuffling the treatment "
        "also breaks its tie to the covariates, so the shuffled estimates scatter otherwise than the "
        "estimate itself would without an effect: a share of them beyond it is no error rate. Where the "
        "assignment is known, the randomisation test gives a real one. Judged here is the shift in standard "
        "errors."
    ),
    "unobserved_common_cause": (
        "The confounder is made up, as strong as is asked for; nothing is drawn from what chance would do, "
        "so there is no hypothesis to test. Judged is how strong it must be to undo the estimate."
    ),
    "": (
        "A p-value needs draws from what chance would do if a hypothesis were true. Here the same estimate "
        "is computed again on changed data: the draws scatter around the estimate itself, so a share of them "
        "says nothing about a hypothesis (with DoWhy's it came out large whatever was tried). Judged here is "
        "the shift in standard errors, and the scatter against what the standard error promises."
    ),
}
"""What is shown -> the answer, in Markdown of our own; "" for the other simulations."""


def p_words(name: str) -> tuple[str, str]:
    """The question and its answer, in Markdown without names from data.

    Args:
        name: A refuter, or `rosenbaum`, `sensitivity`, `overlap`, `relabelled` or `negative_control`.
    """
    has_one = name in WITH_ONE
    known = name if name in P_WORDS else ""
    if not known and name not in REFUTERS:
        raise KeyError(name)
    return MEANS if has_one else WHY_NONE, P_WORDS[known]
