"""Made-up tables in which x and y are independent given the rest, or depend by a known strength."""

import numpy as np
import pandas as pd

LETTERS = np.array(list("abcdefghijklmnop"))


def categories(codes):
    return LETTERS[codes.astype(int)]


def choose(random, log_odds):
    """A category for each row of (n, levels) log odds."""
    shares = np.exp(log_odds)
    shares /= shares.sum(axis=1, keepdims=True)
    return (shares.cumsum(axis=1) < random.random(len(shares))[:, None]).sum(axis=1)


def straight(random, n):
    z = random.normal(size=n)
    return pd.DataFrame({"x": z + random.normal(size=n), "y": z - random.normal(size=n), "z": z})


def bent(random, n):
    z = random.normal(size=n)
    return pd.DataFrame({"x": z**2 + random.normal(size=n), "y": z**2 + random.normal(size=n), "z": z})


def unequal_spread(random, n):
    z = random.normal(size=n)
    u, v = np.exp(z / 2) * random.normal(size=(2, n))
    return pd.DataFrame({"x": z + u, "y": v, "z": z})


def interacting(random, n):
    z, w = random.normal(size=(2, n))
    return pd.DataFrame(
        {"x": z * w + random.normal(size=n), "y": z * w + random.normal(size=n), "z": z, "w": w}
    )


def two_categories(random, n):
    return pd.DataFrame(
        {
            "x": categories(random.choice(4, n, p=[0.5, 0.3, 0.15, 0.05])),
            "y": categories(random.choice(3, n, p=[0.6, 0.3, 0.1])),
        }
    )


def sparse_strata(random, n):
    stratum = random.integers(0, 40, n)
    lean = random.normal(size=40)[stratum]
    return pd.DataFrame(
        {
            "x": categories(1 * (random.normal(size=n) + lean > 0) + (random.normal(size=n) + lean > 1)),
            "y": categories(random.normal(size=n) + lean > 0),
            "z": [f"stratum {number}" for number in stratum],
        }
    )


def number_and_category(random, n):
    z = random.normal(size=n)
    codes = choose(random, np.stack([0 * z, z, 0.5 - z, 0.5 * z - 1], axis=1))
    return pd.DataFrame({"x": categories(codes), "y": np.exp(z / 2) * (1 + random.normal(size=n)), "z": z})


def categories_given_a_number(random, n):
    z = random.normal(size=n)
    chance = 1 / (1 + np.exp(-2 * z))
    return pd.DataFrame(
        {
            "x": random.random(n) < chance,
            "y": categories(1 * (random.random(n) < chance) + (random.random(n) < 0.3)),
            "z": z,
        }
    )


INDEPENDENT = {
    world.__name__: world
    for world in (
        straight,
        bent,
        unequal_spread,
        interacting,
        two_categories,
        sparse_strata,
        number_and_category,
        categories_given_a_number,
    )
}
"""Name -> a maker of (n) rows in which x and y are independent given the other columns."""


def correlated(random, n, size=0.3):
    z, u = random.normal(size=(2, n))
    v = size * u + np.sqrt(1 - size**2) * random.normal(size=n)
    return pd.DataFrame({"x": u + z, "y": v - z, "z": z}), size


def heteroscedastic(random, n):
    z = random.normal(size=n)
    u = np.exp(z / 2) * random.normal(size=n)
    y = 0.3 * u + np.exp(z / 2) * random.normal(size=n)
    return pd.DataFrame({"x": u, "y": y, "z": z}), 0.3 / np.sqrt(1.09)


def associated(random, n, table=((3, 2, 2), (2, 3, 2), (1, 2, 3), (1, 1, 1))):
    shares = np.array(table, dtype=float)
    shares /= shares.sum()
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    size = np.sqrt((((shares - expected) ** 2) / expected).sum() / (min(shares.shape) - 1))
    cell = random.choice(shares.size, n, p=shares.ravel())
    x, y = cell // shares.shape[1], cell % shares.shape[1]
    return pd.DataFrame({"x": categories(x), "y": categories(y)}), size


def opposite_strata(random, n):
    """An association that turns round from stratum to stratum, so that it vanishes in the whole."""
    frame, size = associated(random, n, ((10, 8), (8, 10)))
    group = random.integers(0, 4, n)
    turned = np.where(frame["y"] == "a", "b", "a")
    frame["y"] = np.where(group % 2 == 0, frame["y"], turned)
    frame["z"] = categories(group)
    return frame, size


def grouped(random, n, step=0.4):
    group = random.integers(0, 3, n)
    z = random.normal(size=n)
    mean = np.array([0, step, -step])[group]
    between = 2 * step**2 / 3
    frame = pd.DataFrame({"x": categories(group), "y": mean + z + random.normal(size=n), "z": z})
    return frame, np.sqrt(between / (between + 1))


DEPENDENT = {
    world.__name__: world for world in (correlated, heteroscedastic, associated, opposite_strata, grouped)
}
"""Name -> a maker of (n) rows and the true strength of x with y given the other columns."""
