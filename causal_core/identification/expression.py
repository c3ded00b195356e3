"""Probability expressions as small trees: built by the identification rules, shown as LaTeX."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import count

from causal_core.text import for_latex


@dataclass(frozen=True)
class Probability:
    """P(variables | do(...), given), each in a fixed order; with nothing set, as observed."""

    variables: tuple[str, ...]
    given: tuple[str, ...] = ()
    do: tuple[str, ...] = ()

    @cached_property
    def names(self) -> frozenset[str]:
        """The variables it depends on."""
        return frozenset(self.variables + self.given + self.do)


@dataclass(frozen=True)
class Product:
    """The product of its factors; 1 when there are none."""

    factors: tuple[Expression, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """The variables it depends on."""
        return frozenset[str]().union(*(factor.names for factor in self.factors))


@dataclass(frozen=True)
class Sum:
    """The sum of `body` over every value of the variables `over`."""

    over: tuple[str, ...]
    body: Expression

    @cached_property
    def names(self) -> frozenset[str]:
        """The variables it depends on, those summed over left out."""
        return self.body.names - frozenset(self.over)


@dataclass(frozen=True)
class Ratio:
    """`above` divided by `below`."""

    above: Expression
    below: Expression

    @cached_property
    def names(self) -> frozenset[str]:
        """The variables it depends on."""
        return self.above.names | self.below.names


Expression = Probability | Product | Sum | Ratio
ONE = Product(())


def free(expression: Expression) -> frozenset[str]:
    """The variables whose value the expression depends on in form: named and not summed over."""
    return expression.names


def mentioned(expression: Expression) -> frozenset[str]:
    """Every variable the expression names, those summed over included."""
    match expression:
        case Probability():
            return expression.names
        case Product(factors):
            return frozenset[str]().union(*map(mentioned, factors))
        case Sum(over, body):
            return mentioned(body) | frozenset(over)
        case Ratio(above, below):
            return mentioned(above) | mentioned(below)


def product(factors: Iterable[Expression]) -> Expression:
    """The product, nested products laid flat; a single factor stands for itself."""
    flat: list[Expression] = []
    for factor in factors:
        flat.extend(factor.factors if isinstance(factor, Product) else [factor])
    return flat[0] if len(flat) == 1 else Product(tuple(flat))


def total(over: Iterable[str], expression: Expression) -> Expression:
    """The sum of the expression over the variables, in its plainest form.

    A probability sums to one over its own variables; a factor without the variable is taken out of the sum.
    """
    left = [name for name in over if name in free(expression)]
    if isinstance(expression, Sum) and not set(left) & set(expression.over):
        left += expression.over
        expression = expression.body
    factors = list(expression.factors) if isinstance(expression, Product) else [expression]
    changed = True
    while changed:
        changed = False
        for name in tuple(left):
            with_name = [i for i, factor in enumerate(factors) if name in factor.names]
            if len(with_name) != 1:
                continue
            factor = factors[with_name[0]]
            if isinstance(factor, Probability) and name in factor.variables:
                rest = tuple(v for v in factor.variables if v != name)
                kept = [Probability(rest, factor.given, factor.do)] if rest else []
                factors[with_name[0] : with_name[0] + 1] = kept
                left.remove(name)
                changed = True
    if not left:
        return product(factors)
    inside = [factor for factor in factors if factor.names & set(left)]
    outside = [factor for factor in factors if not factor.names & set(left)]
    return product([*outside, Sum(tuple(left), product(inside))])


def ratio(above: Expression, below: Expression) -> Expression:
    """The quotient, factors common to both sides cancelled."""
    top: list[Expression] = list(above.factors) if isinstance(above, Product) else [above]
    bottom: list[Expression] = list(below.factors) if isinstance(below, Product) else [below]
    for factor in tuple(bottom):
        if factor in top:
            top.remove(factor)
            bottom.remove(factor)
    return Ratio(product(top), product(bottom)) if bottom else product(top)


def to_latex(expression: Expression, symbols: Mapping[str, str] | None = None) -> str:
    r"""The expression as LaTeX; a variable summed over while it is in use elsewhere is primed.

    Args:
        expression: What to write.
        symbols: Variable -> LaTeX to write for it in place of its name.
    """
    known = symbols or {}
    return _latex(expression, {name: known.get(name, for_latex(name)) for name in free(expression)}, known)


def _latex(expression: Expression, names: Mapping[str, str], symbols: Mapping[str, str]) -> str:
    match expression:
        case Probability(variables, given, do):
            return probability_latex(*([names[name] for name in part] for part in (variables, given, do)))
        case Product(factors):
            if not factors:
                return "1"
            plain_first = sorted(factors, key=lambda factor: isinstance(factor, Sum))
            texts = [_latex(factor, names, symbols) for factor in plain_first]
            for i, factor in enumerate(plain_first[:-1]):
                if isinstance(factor, Sum):
                    texts[i] = rf"\left( {texts[i]} \right)"
            return r" \, ".join(texts)
        case Ratio(above, below):
            return rf"\frac{{{_latex(above, names, symbols)}}}{{{_latex(below, names, symbols)}}}"
        case Sum(over, body):
            fresh = {name: _unused(symbols.get(name, for_latex(name)), names) for name in over}
            inner = _latex(body, {**names, **fresh}, symbols)
            index = ", ".join(fresh.values())
            return rf"\sum_{{{index}}} {inner}"


def _unused(text: str, names: Mapping[str, str]) -> str:
    used = set(names.values())
    return next(primed for primed in _primed(text) if primed not in used)


def _primed(text: str) -> Iterator[str]:
    return (text + "'" * primes for primes in count())


def probability_latex(variables: Iterable[str], given: Iterable[str] = (), do: Iterable[str] = ()) -> str:
    """P(variables | do(...), given) from names that are LaTeX already."""
    done = list(do)
    behind = [rf"\mathrm{{do}}({', '.join(done)})"] if done else []
    behind += given
    condition = rf" \mid {', '.join(behind)}" if behind else ""
    return f"P({', '.join(variables)}{condition})"
