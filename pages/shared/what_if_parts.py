"""What every view of the What-if page is given, and the people pushed through the model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from causal_core.data.design import Floats
from causal_core.what_if.levers import outcome_of
from causal_core.what_if.moments import Moment, moments
from causal_core.what_if.plan import model_key
from causal_core.what_if.pushed import Pushed, pushed
from causal_core.what_if.response import PEOPLE
from causal_core.what_if.structural_model import StructuralModel
from causal_core.what_if.tasks import Asked as Fitted
from pages.shared.current import OpenStudy


@dataclass(frozen=True)
class Asked:
    """What a view is given.

    Attributes:
        here: The open study.
        fitted: What the model was fitted from.
        model: The model.
    """

    here: OpenStudy
    fitted: Fitted
    model: StructuralModel

    def key(self, *names: str) -> str:
        """A widget's key within this study and graph, the same whatever mechanisms are chosen by hand."""
        asked = replace(self.fitted, mechanisms=())
        return "-".join(("what-if", *names, model_key(asked)[-12:], self.here.token))

    @property
    def noise(self) -> dict[str, Floats]:
        """Noise of the same people for every question."""
        return _noise(model_key(self.fitted), self.model)

    @property
    def base(self) -> Pushed:
        """What these people are with nothing set."""
        return _base(model_key(self.fitted), self.model)

    def codes(self, node: str) -> Floats:
        """(n,) the data's values of a node, as numbers or codes."""
        return _data(model_key(self.fitted), self.model)[node]

    def first(self, wanted: str) -> str:
        """The node the study calls treatment or outcome, else the first or last one in causal order."""
        named: str = getattr(self.here.study.question, wanted)
        if named in self.model.columns:
            return named
        return self.model.order[0 if wanted == "treatment" else -1]

    def outcome(self) -> Moment:
        """The number of the study's outcome that counts."""
        return outcome_of(self.model, self.first("outcome"))

    def told(self, but: str) -> list[Moment]:
        """The numbers of every node but one."""
        return list(moments(self.model.columns[node] for node in self.model.order if node != but))

    def unit(self, node: str) -> str:
        """The unit of a node's values: only the outcome's is known, and shares of levels have none."""
        question = self.here.study.question
        number = not self.model.columns[node].discrete
        return question.unit if number and node == question.outcome else ""


@st.cache_resource(max_entries=32, show_spinner=False)
def _noise(
    key: str,  # noqa: ARG001 - what the noise is kept by; the model is not hashed
    _model: StructuralModel,
) -> dict[str, Floats]:
    return _model.noise_of(PEOPLE)


@st.cache_resource(max_entries=32, show_spinner=False)
def _base(
    key: str,
    _model: StructuralModel,
) -> Pushed:
    return pushed(_model, _noise(key, _model), {})


@st.cache_resource(max_entries=8, show_spinner=False)
def _data(
    key: str,  # noqa: ARG001 - what the data are kept by; the model is not hashed
    _model: StructuralModel,
) -> dict[str, Floats]:
    return {node: _model.columns[node].codes(_model.frame[node]) for node in _model.order}
