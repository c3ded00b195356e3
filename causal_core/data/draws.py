"""One column's missing values drawn from a model of its other columns."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats, Integers

DONORS = 5
"""How many nearest rows a missing number's value is drawn from (van Buuren 2018, section 3.4)."""

FEW_DONORS = 3
"""The same where fewer than `FEW` rows have a value, and five would reach too far (Kleinke 2017)."""

FEW = 200

RIDGE = 1e-5
"""Added to a normal equation's diagonal, as a share of it, so that redundant columns do no harm."""

PRIOR = 2.5
"""Standard deviation of a logistic coefficient before the data, columns standardised (Gelman et al. 2008)."""

NEWTON = 25
"""The most Newton steps; the penalised fit converges in well under ten."""


def draw_numbers(known: Floats, values: Floats, wanted: Floats, random: np.random.Generator) -> Floats:
    """Predictive mean matching: each missing value is one of those seen in rows of similar prediction.

    The coefficients behind the missing rows' predictions are drawn from their posterior, those behind the
    donors' are the estimates (type 1 matching; Little 1988; Morris, White & Royston 2014). Values never seen
    are never made up, whatever their scale or skew.

    Args:
        known: (n, p) columns of the rows that have a value, with an intercept.
        values: (n,) their values.
        wanted: (m, p) columns of the rows that lack one.
        random: Where the draws come from.

    Returns:
        (m,) drawn values.
    """
    n, width = known.shape
    centre, spread = values.mean(), values.std()
    if spread == 0:
        return np.full(len(wanted), values[0])
    target = (values - centre) / spread
    gram = known.T @ known
    gram[np.diag_indices(width)] *= 1 + RIDGE
    gram[np.diag_indices(width)] += 1e-12 * n
    inverse = np.asarray(np.linalg.inv(gram), dtype=np.float64)
    mean = inverse @ (known.T @ target)
    residual = target - known @ mean
    variance = float(residual @ residual) / random.chisquare(max(n - width, 1))
    drawn = mean + np.sqrt(variance) * (_root(inverse) @ random.standard_normal(width))
    return values[_donors(known @ mean, wanted @ drawn, random)]


def _donors(predictions: Floats, wanted: Floats, random: np.random.Generator) -> Integers:
    """(m,) for each wanted prediction one of the nearest rows; rows predicted alike are equally likely."""
    tidy = np.round(predictions, 10)
    order = np.argsort(tidy, kind="stable")
    line = tidy[order]
    count = min(FEW_DONORS if len(line) < FEW else DONORS, len(line))
    place = np.searchsorted(line, wanted)
    window = np.clip(place[:, None] + np.arange(-count, count), 0, len(line) - 1)
    apart = np.abs(line[window] - wanted[:, None])
    # The ends repeat a row; it counts once.
    apart[:, 1:][window[:, 1:] == window[:, :-1]] = np.inf
    nearest = np.take_along_axis(window, np.argsort(apart, axis=1, kind="stable")[:, :count], axis=1)
    chosen = nearest[np.arange(len(wanted)), random.integers(0, count, len(wanted))]
    first = np.searchsorted(line, line[chosen], side="left")
    last = np.searchsorted(line, line[chosen], side="right")
    found: Integers = order[
        first + np.floor(random.uniform(size=len(wanted)) * (last - first)).astype(np.int64)
    ]
    return found


def draw_levels(known: Floats, codes: Integers, wanted: Floats, random: np.random.Generator) -> Integers:
    """Levels from a (multinomial) logistic regression whose coefficients are drawn from their posterior.

    A weak normal prior keeps separated columns from sending coefficients to infinity; the posterior is taken
    as normal around its mode.

    Args:
        known: (n, p) columns of the rows that have a level, with an intercept first.
        codes: (n,) their levels, 0, 1, ...
        wanted: (m, p) columns of the rows that lack one.
        random: Where the draws come from.

    Returns:
        (m,) drawn levels.
    """
    present, inverse = np.unique(codes, return_inverse=True)
    if len(present) == 1:
        return np.full(len(wanted), present[0])
    width = known.shape[1]
    mode, information = _logistic(known, inverse, len(present))
    noise = np.linalg.solve(np.linalg.cholesky(information).T, random.standard_normal(mode.size))
    drawn = mode + noise.reshape(len(present) - 1, width).T
    cumulative = _softmax(wanted @ drawn).cumsum(axis=1)
    place = (random.uniform(size=(len(wanted), 1)) > cumulative).sum(axis=1)
    found: Integers = present[np.minimum(place, len(present) - 1)]
    return found


def _logistic(x: Floats, codes: Integers, size: int) -> tuple[Floats, Floats]:
    """(p, size-1) the posterior mode, and the information there, arms outermost."""
    n, width = x.shape
    chosen = (codes[:, None] == np.arange(1, size)).astype(np.float64)
    precision = np.full(width, PRIOR**-2)
    # Half a row's worth of doubt about the intercept: shares must be free to be small.
    precision[0] = 1e-4
    beta = np.zeros((width, size - 1))
    share = np.bincount(codes, minlength=size) / n
    beta[0] = np.log(share[1:] / share[0])
    loss = _loss(x, codes, beta, precision)
    information = np.eye(beta.size)
    for _ in range(NEWTON):
        probability = _softmax(x @ beta)[:, 1:]
        information = _information(x, probability, precision)
        slope = x.T @ (chosen - probability) - precision[:, None] * beta
        step = np.linalg.solve(information, slope.T.ravel()).reshape(size - 1, width).T
        length = 1.0
        while (found := _loss(x, codes, beta + length * step, precision)) > loss and length > 1e-4:
            length /= 2
        gained = loss - found
        if gained <= 0:
            break
        beta, loss = beta + length * step, found
        if gained < 1e-8 * (1 + abs(loss)):
            break
    return beta, information


def _loss(x: Floats, codes: Integers, beta: Floats, precision: Floats) -> float:
    own = _softmax(x @ beta)[np.arange(len(codes)), codes]
    return float(-np.log(np.maximum(own, 1e-300)).sum() + 0.5 * np.sum(precision[:, None] * beta**2))


def _information(x: Floats, probability: Floats, precision: Floats) -> Floats:
    width, others = x.shape[1], probability.shape[1]
    whole = np.empty((others, width, others, width))
    for a in range(others):
        for b in range(a, others):
            factor = probability[:, a] * ((a == b) - probability[:, b])
            block = (x.T * factor) @ x
            whole[a, :, b, :] = block
            whole[b, :, a, :] = block.T
        whole[a, :, a, :] += np.diag(precision)
    return whole.reshape(others * width, others * width)


def _softmax(lines: Floats) -> Floats:
    full = np.column_stack([np.zeros(len(lines)), lines])
    full -= full.max(axis=1, keepdims=True)
    np.exp(full, out=full)
    full /= full.sum(axis=1, keepdims=True)
    return full


def _root(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    found: Floats = vectors * np.sqrt(np.maximum(values, 0))
    return found
