"""The strategies in numbers, a row each; names from the data stand in the cells unescaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from causal_core.bandit.strategies import STRATEGIES
from causal_core.bandit.words import exploring_share
from causal_core.percent import percent
from causal_core.study.headline import number_text, signed_text

if TYPE_CHECKING:
    from causal_core.bandit.result import Amount, Replay, Simulated

TABLE_HEAD: Final = (
    "Strategy",
    "Benefit less cost",
    "Short of each person's best",
    "Against best single arm",
    "Explored",
)


def table_rows(simulated: Simulated) -> list[tuple[str, ...]]:
    """A row a strategy, the one that gains most first."""
    return [
        (
            STRATEGIES[name],
            number_text(simulated.reward(name).value),
            _with_ends(simulated.regret(name)),
            "–" if name == "best_fixed" else _with_ends(simulated.more(name, "best_fixed"), signed=True),
            percent(exploring_share(simulated, name)),
        )
        for name in sorted(simulated.names, key=lambda each: -simulated.reward(each).value)
    ]


REPLAY_HEAD: Final = ("Strategy", "Benefit less cost per person", "People")


def replay_rows(replayed: Replay) -> list[tuple[str, ...]]:
    """A row a strategy, the best first."""
    ordered = sorted(replayed.results, key=lambda each: -each.value)
    return [
        (
            STRATEGIES[each.strategy],
            f"{number_text(each.value)} ({number_text(each.ci[0])} to {number_text(each.ci[1])})",
            f"{each.people:,}",
        )
        for each in ordered
    ]


def _with_ends(amount: Amount, *, signed: bool = False) -> str:
    value = signed_text(amount.value) if signed else number_text(amount.value)
    if amount.std_error == 0:
        return value
    return f"{value} ({number_text(amount.ci[0])} to {number_text(amount.ci[1])})"
