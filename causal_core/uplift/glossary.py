"""The numbers and curves that judge a ranking by effect, in words, each with its source."""

from __future__ import annotations

from typing import Final

NUMBERS: Final = {
    "Uplift curve": "What treating the first so many by predicted effect gains over treating nobody, spread "
    "over everybody. Where everybody is treated all curves meet: at the average effect (Gutierrez & Gerardy "
    "2016).",
    "AUUC": "The area under the uplift curve, in the outcome's unit per person. A random ranking has half "
    "the average effect, so compare it with that (Gutierrez & Gerardy 2016).",
    "Qini": "The Qini coefficient: the area between the Qini curve and the line of random targeting, per "
    "treated person, in the outcome's unit. 0 for a ranking that says nothing (Radcliffe 2007). Other "
    "programs divide by something else, so compare it only with Qinis of this page.",
    "Perfect order": "The order that the outcomes themselves would give, as a scale for the Qini curve. It "
    "knows what no ranking can know, exists only for yes-or-no outcomes in trials, and a fraction of it is "
    "not a grade (Radcliffe 2007).",
    "TOC": "Targeting operator characteristic: how much larger the effect is among the first so many than "
    "among all, from doubly robust scores of rows that no learner saw (Yadlowsky et al. 2025).",
    "AUTOC": "The average of the TOC over how many are taken; those ranked first count most. 0 for a ranking "
    "that says nothing; the interval is the test of whether effects differ as predicted, and above 0 is good "
    "news (Yadlowsky et al. 2025).",
    "RATE-QINI": "The same with weight on larger shares: the TOC times the share taken, averaged. The AUTOC "
    "sees best an effect that only a few have, this one an effect that many have. Close to the Qini "
    "coefficient (Yadlowsky et al. 2025).",
    "R-score": "How much better predicted effects explain the outcome than one effect for everybody: 1 less "
    "the ratio of their R-losses. It judges the size of the predictions, not only their order; 0 or below is "
    "no better than one effect for all, and even a good one is small, as outcomes are noisy (Nie & Wager "
    "2021).",
    "Calibration slope": "By how much effects differ where predictions differ by 1: the best linear "
    "predictor of the effect by the prediction. 1 is the right size, 0 says nothing, below 1 exaggerates "
    "(Chernozhukov et al. 2018).",
    "Effect by group": "Sorted group average effects (GATES): held-out people in fifths by predicted effect, "
    "with the effect that was found in each. Bars that fall from left to right say that the order holds; "
    "diamonds near the bars say that the size holds too (Chernozhukov et al. 2018).",
    "Cost curve": "What is gained when money goes first where the most is predicted for it, against what is "
    "spent per person (Sverdrup et al. 2025).",
    "Difference between learners": "Of the AUTOC or RATE-QINI of two rankings on the same rows and the same "
    "half samples, which makes its interval shorter than those of the two would suggest (Yadlowsky et al. "
    "2025).",
}
"""Number or curve -> what it means, with its source, in the order in which a reader meets them."""
