"""Two contacts, one after the other: what the second is worth depends on what the first has found out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo_data.makers.made import Made, levels, logistic
from demo_data.makers.retention import customers

Floats = NDArray[np.float64]

CONTACTS = ("e-mail", "phone call")
FOLLOW_UPS = ("nothing", "discount", "phone call")
REASONS = ("price", "service", "time")
NOT_ASKED = "unknown"

BENEFIT = 100.0
COSTS = {"e-mail": 0.0, "phone call": 4.0, "nothing": 0.0, "discount": 9.0}

HELPS = np.array([[0.0, 2.5, -0.4], [0.0, 0.1, 2.1], [0.0, -0.2, -1.0]])
"""What each follow-up adds to the log-odds of staying, by the reason for leaving."""

TWICE = -0.5
"""What a second phone call adds to them after a first one."""

HASTY = -0.35
"""What having promised it on the phone, and not by oneself, adds to them."""


def reasons(people: pd.DataFrame) -> Floats:
    """(n, 3) how likely each reason for leaving is."""
    age, spend, engagement, calls = (
        people[name].to_numpy(dtype=float) for name in ("age", "monthly_spend", "engagement", "support_calls")
    )
    odds = np.column_stack(
        [0.06 * (spend - 38) + 0.03 * (44 - age), 0.9 * (calls - 1.4), -0.03 * (engagement - 52)]
    )
    odds = np.exp(odds)
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def answers(people: pd.DataFrame) -> Floats:
    """(n, 2) how likely each contact is to be answered with a promise to stay."""
    engagement, calls = (people[name].to_numpy(dtype=float) for name in ("engagement", "support_calls"))
    return logistic(
        np.column_stack(
            [-1.0 + 0.03 * (engagement - 50), -0.75 + 0.02 * (engagement - 50) - 0.25 * (calls - 1.4)]
        )
    )


def stays(people: pd.DataFrame) -> tuple[Floats, Floats]:
    """How likely people are to stay.

    Returns:
        (n, 2) those who answered, by contact; (n, 2, 3, 3) the others, by contact, reason and follow-up.
    """
    engagement, calls = (people[name].to_numpy(dtype=float) for name in ("engagement", "support_calls"))
    promised = logistic(1.5 + 0.02 * (engagement - 50)[:, None] + np.array([0.0, HASTY]))
    alone = -0.9 + 0.02 * (engagement - 50) - 0.15 * (calls - 1.4)
    twice = np.zeros((2, 1, 3))
    twice[1, 0, 2] = TWICE
    return promised, logistic(alone[:, None, None, None] + HELPS[None, None] + twice[None])


def worth(people: pd.DataFrame) -> dict[str, Floats]:
    """What each contact is worth, in euro a person, and how likely people are to stay after it.

    "best" is with the best follow-up for what is known then, "worth" with one follow-up for everybody, and
    "as drawn" with follow-ups drawn as in the trial, like "kept". After an e-mail nobody knows the reason, so
    the best follow-up is that for what is likely.
    """
    chance, answer = reasons(people), answers(people)
    promised, after = stays(people)
    price = np.array([COSTS[name] for name in FOLLOW_UPS])
    net = BENEFIT * after - price
    blind = (chance[:, :, None] * net[:, 0]).sum(axis=1)
    asked = (chance[:, :, None] * net[:, 1]).sum(axis=1)
    found = {}
    for place, contact in enumerate(CONTACTS):
        kept = answer[:, place] * BENEFIT * promised[:, place] - COSTS[contact]
        silent = 1 - answer[:, place]
        known = (chance * net[:, 1].max(axis=2)).sum(axis=1) if place else blind.max(axis=1)
        found[f"best: {contact}"] = kept + silent * known
        mean = asked if place else blind
        for number, follow_up in enumerate(FOLLOW_UPS):
            found[f"worth: {contact}, {follow_up}"] = kept + silent * mean[:, number]
        found[f"as drawn: {contact}"] = kept + silent * mean.mean(axis=1)
        stay = (chance[:, :, None] * after[:, place]).sum(axis=1).mean(axis=1)
        found[f"kept: {contact}"] = answer[:, place] * promised[:, place] + silent * stay
    return found


def follow_up(seed: int, rows: int = 9_000) -> Made:
    """A trial in two steps: an e-mail or a phone call, then for those who did not answer a draw of three.

    Everybody has a reason to leave; on the phone it is asked and told.

    Truth: the reason, the chances of an answer and of staying, and what each contact and pair is worth.
    """
    rng = np.random.default_rng(seed)
    people = customers(rows, rng).drop(columns=["region"])
    each = np.arange(rows)
    chance, answer = reasons(people), answers(people)
    promised, after = stays(people)
    reason = (rng.random(rows)[:, None] > chance.cumsum(axis=1)[:, :2]).sum(axis=1)
    contact = rng.permutation(each % 2)
    second = rng.permutation(each % 3)
    answered = (rng.random(rows) < answer[each, contact]).astype(np.int64)
    probability = np.where(answered == 1, promised[each, contact], after[each, contact, reason, second])
    told = np.where(contact == 1, levels(REASONS, reason), NOT_ASKED)
    frame = people.assign(
        age=people["age"].astype(np.int64),
        contact=levels(CONTACTS, contact),
        answered=answered,
        reason=told,
        follow_up=pd.Series(levels(FOLLOW_UPS, second)).mask(answered == 1),
        kept=(rng.random(rows) < probability).astype(np.int64),
    )
    truth = {
        "reason": levels(REASONS, reason),
        "answers e-mail": answer[:, 0],
        "answers phone call": answer[:, 1],
        **worth(people),
    }
    return Made(frame, pd.DataFrame(truth))
