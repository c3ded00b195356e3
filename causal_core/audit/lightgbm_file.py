"""A LightGBM model as the text that it was saved as."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from causal_core.audit.source import FileSource
from causal_core.audit.values import as_numbers, in_order, is_text, matched, one_number
from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.what_if.columns import Column

WHAT = "The LightGBM model"


def columns_of(source: FileSource, columns: Mapping[str, Column]) -> tuple[str, ...]:
    """The columns it takes, in its order.

    Raises:
        Problem: It cannot be read, or takes columns that the graph does not hold.
    """
    names: list[str] = _booster(source.data).feature_name()
    if all(name == f"Column_{place}" for place, name in enumerate(names)):
        return in_order(len(names), source.inputs, columns, WHAT)
    return matched(names, columns, WHAT)


def predict(
    source: FileSource, inputs: tuple[str, ...], columns: Mapping[str, Column], codes: Mapping[str, Floats]
) -> Floats:
    """(n,) predictions: values, or the chance of the second class.

    Raises:
        Problem: It wants numbers where a column holds text, or does not give one number a row.
    """
    from lightgbm.basic import LightGBMError

    booster, rows = _booster(source.data), len(codes[inputs[0]])
    text = [name for name in inputs if is_text(columns[name])]
    known = len(booster.pandas_categorical or [])
    if len(text) != known:
        named = f" ({', '.join(text[:4])})" if text else ""
        raise Problem(
            f"{WHAT} knows {known} columns as categories, but {len(text)} of its inputs hold text{named}.",
            column=text[0] if text else None,
            remedy="Train it on a frame with category columns, or add the encoded columns to the table.",
        )
    data: dict[str, Any] = {}
    for name in inputs:
        if name in text:
            data[name] = columns[name].values(codes[name]).astype(str).astype("category")
        else:
            data[name] = as_numbers(columns, codes, name)
    try:
        found = booster.predict(pd.DataFrame(data), num_threads=1, validate_features=False)
    except (LightGBMError, ValueError) as error:
        raise Problem(f"{WHAT} gave no predictions: {str(error).splitlines()[0][:200]}") from None
    return one_number(np.asarray(found, dtype=np.float64), rows, WHAT)


@lru_cache(maxsize=4)
def _booster(data: bytes) -> Any:
    import lightgbm
    from lightgbm.basic import LightGBMError

    try:
        text = data.decode("utf-8")
        return lightgbm.Booster(model_str=text)
    except (LightGBMError, ValueError, KeyError, TypeError):
        raise Problem(
            "The file cannot be read as a LightGBM model.",
            remedy="Save it again with booster.save_model(...).",
        ) from None
