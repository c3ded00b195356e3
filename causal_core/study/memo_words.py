"""The words of the decision memo: what policies are called and what is said of their gains.

Names from the data stand in all of them unescaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from causal_core.gap.digits import gain_text, gain_with_unit, number_and_ends
from causal_core.percent import percent
from causal_core.policy.tree_value import TreeResult
from causal_core.study.decision import share_text, verdict_of
from causal_core.study.headline import number_text

if TYPE_CHECKING:
    from causal_core.policy.result import Gain, PolicyResult
    from causal_core.study.options import PolicyOptions
    from causal_core.study.results import Refused

NAMES: Final = {
    "treat_none": "treat nobody",
    "current": "what was done",
    "treat_all": "treat everybody",
    "top_share": "treat the top share",
    "threshold": "treat above the threshold",
    "best_arm": "best arm for each",
    "budget": "within the budget",
    "tree": "policy tree",
    "linear": "linear rule",
    "q_learning": "rule for each stage",
}
"""Policy -> how people call it, in the order in which the memo lists them."""

ORDER: Final = tuple(NAMES)

SMALL = 0.095
"""A share below it is told with a decimal."""

LONGEST_CODE = 2
"""Characters of an arm's level that does not say by itself what it is."""

LONGEST_UNIT = 10
"""Characters of a unit that is said with each number."""

EACH_ARM: Final = ", each with the arm predicted best for them"


def kind_of(policy: str) -> tuple[str, str]:
    """A policy's kind and arm: "treat_all: b" -> ("treat_all", "b"); the arm is "" where none is named."""
    kind, _, arm = policy.partition(": ")
    return kind, arm


def policy_name(result: PolicyResult, options: PolicyOptions | None = None, rows: int | None = None) -> str:
    """What people call a policy, with its arm, share, threshold or budget.

    Args:
        result: The policy.
        options: Where its threshold and budget stand; None leaves them out.
        rows: Of the table, for which the budget is meant; None leaves the budget out.
    """
    kind, arm = kind_of(result.policy)
    name = NAMES.get(kind, kind.replace("_", " "))
    if arm:
        return f"{name} with {arm}"
    if kind == "top_share":
        return f"treat the top {share_text(result.treated_share)}"
    if options is not None and kind == "threshold":
        return f"treat where it gains over {amount(options.threshold, options.unit)}"
    if options is not None and rows and kind == "budget" and options.budget is not None:
        return f"within a budget of {amount(budget_for_people(options, rows), options.unit)}"
    return name


def refusal(refused: Refused) -> str:
    """That a policy has no value, and why."""
    name = NAMES.get(kind_of(refused.policy)[0], refused.policy)
    return f"“{name}” has no value here. {refused.error}"


def budget_for_people(options: PolicyOptions, rows: int) -> float:
    """The budget of the table's rows, for as many people as totals are said for."""
    return (options.budget or 0.0) * options.people / rows


def action(result: PolicyResult, options: PolicyOptions, rows: int) -> str:
    """The policy as an order, the start of a sentence."""
    kind, arm = kind_of(result.policy)
    each = EACH_ARM if len(result.arm_shares) > 2 else ""
    if kind == "treat_all":
        return f"Treat everybody with {arm}" if arm else "Treat everybody"
    if kind == "top_share" and options.share == 1:
        return f"Treat everybody{each}"
    over, within = (
        amount(options.threshold, options.unit),
        amount(budget_for_people(options, rows), options.unit),
    )
    return {
        "treat_none": "Treat nobody",
        "current": "Carry on as before",
        "top_share": f"Treat the {share_text(options.share)} with the largest predicted benefit{each}",
        "threshold": f"Treat all who are predicted to gain over {over}{each}",
        "best_arm": f"Treat all for whom a treatment is predicted to pay{each}",
        "budget": f"Spend up to {within} where it is predicted to bring most",
        "tree": "Treat by the rules of the policy tree",
        "linear": "Treat by the linear rule",
    }.get(kind, f"Follow the {NAMES.get(kind, kind)}")


def amount(value: float, unit: str) -> str:
    """A number with its unit, which may be empty; a long one is left to be said once, elsewhere."""
    return f"{number_text(value)} {brief(unit)}".rstrip()


def brief(unit: str) -> str:
    """A unit that can stand behind every number; empty for one of several words, such as an outcome's."""
    return unit if len(unit) <= LONGEST_UNIT else ""


def change_text(gain: Gain, unit: str, per: str = "") -> str:
    """`gains 2 EUR (1 to 3) per customer: a clear gain`; of a loss the size, with its interval turned round.

    Args:
        gain: Per person.
        unit: Its unit.
        per: What stands behind the interval, such as " per customer".
    """
    rising = gain.value >= 0
    size, ends = (gain.value, gain.ci) if rising else (-gain.value, (-gain.ci[1], -gain.ci[0]))
    noun = "gain" if rising else "loss"
    clear = (
        f"no clear {noun}, the interval holds zero" if verdict_of(gain) == "unclear" else f"a clear {noun}"
    )
    number, interval = number_and_ends(size, ends)
    return f"{'gains' if rising else 'loses'} {f'{number} {brief(unit)}'.rstrip()} ({interval}){per}: {clear}"


def totals_text(gain: Gain, unit: str, people: int) -> str:
    """A gain for all people, with its interval."""
    return gain_with_unit(gain, brief(unit), people)


def who_text(result: PolicyResult) -> str:
    """Which share gets which arm: `20 %`, or `20 %: a 12 %, b 8 %` of several."""
    treated = part_text(result.treated_share)
    given = [(arm, share) for arm, share in result.arm_shares[1:] if share > 0]
    if len(result.arm_shares) <= 2 or not given:
        return treated
    return f"{treated}: " + ", ".join(f"{arm} {part_text(share)}" for arm, share in given)


def arm_name(arm: str, treatment: str) -> str:
    """An arm as it is called apart from its column: a code such as 1 says nothing without it."""
    return f"{treatment} = {arm}" if len(arm) <= LONGEST_CODE or arm.lower() in {"true", "false"} else arm


def part_text(share: float) -> str:
    """A share as people say it: whole per cents, one decimal below ten."""
    return percent(share, 1 if 0 < share < SMALL else 0)


def plain_gain(gain: Gain, factor: float = 1.0) -> str:
    """A gain with its interval, both times `factor`; 0 alone where it is known to be 0."""
    return "0" if is_nothing(gain) else gain_text(gain, factor)


def is_nothing(gain: Gain) -> bool:
    """Whether a gain is 0 by construction, such as that of a policy over itself."""
    return gain.value == 0 and gain.std_error == 0


def rising_text(gain: Gain, factor: float = 1.0) -> str:
    """A change with its sign and interval, both times `factor`."""
    number, ends = number_and_ends(gain.value * factor, (gain.ci[0] * factor, gain.ci[1] * factor))
    plus = "+" if gain.value > 0 and any(digit in "123456789" for digit in number) else ""
    return f"{plus}{number} ({ends})"


def rising_number(gain: Gain, factor: float = 1.0) -> str:
    """A change with its sign, to the digits its interval bears."""
    return rising_text(gain, factor).split(" (")[0]


def rule_sheet(result: PolicyResult, unit: str) -> tuple[str, ...]:
    """A policy's rules, a line each, with what each leaf of a tree gains; empty for policies by rank."""
    if isinstance(result, TreeResult) and result.leaves:
        return tuple(leaf.sentence(brief(unit)) for leaf in result.leaves)
    return tuple(result.rules.splitlines())


def rules_found(result: PolicyResult, unit: str) -> str:
    """On which rows rules were found and valued and, of a tree, among which."""
    how = result.tree.how(unit) if isinstance(result, TreeResult) and result.tree is not None else ""
    return f"{how} Found on the learning rows; gains are those of the held-out rows.".strip()
