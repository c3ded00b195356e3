import json
import pickle
import subprocess
import sys
from time import perf_counter

import pytest

from causal_core.graph import CausalGraph
from causal_core.identification import Instrument, explain
from causal_core.plain import to_plain
from causal_core.problem import GraphError
from tests.identification.test_adjustment import dense

FORK = CausalGraph([("z", "x"), ("z", "y"), ("x", "y")])
CHAIN = CausalGraph([("z", "x"), ("z", "y"), ("x", "m"), ("m", "y")])
INSTRUMENT = CausalGraph([("z", "x"), ("x", "y")], [("x", "y")])
FRONT = CausalGraph([("x", "m"), ("m", "y")], [("x", "y")])
NAPKIN = CausalGraph([("w", "r"), ("r", "x"), ("x", "y")], [("w", "x"), ("w", "y")])


def kinds(answer):
    return [(way.kind, way.variables) for way in answer.strategies]


def test_a_set_exists():
    answer = explain(FORK, "x", "y")
    assert answer.identifiable
    assert answer.verdict == (
        "Adjusting for z closes every path of bias between x and y, and every causal path is left open."
    )
    assert kinds(answer) == [("backdoor", ("z",))]
    assert (answer.chosen.variables, answer.chosen.valid, answer.chosen.by_user) == (("z",), True, False)
    assert [(path.text, path.causal, path.open) for path in answer.paths] == [
        ("x -> y", True, True),
        ("x <- z -> y", False, False),
    ]


def test_three_different_answers():
    empty = explain(CausalGraph([("x", "y")]), "x", "y")
    assert empty.verdict.startswith("Nothing need be adjusted for: ")
    assert empty.chosen.variables == ()
    none = explain(CausalGraph([("x", "y")], [("x", "y")]), "x", "y")
    assert none.verdict.startswith("No set exists, because the path x <-> y stays open")
    assert none.chosen is None
    assert none.strategies == ()
    wrong = explain(CHAIN, "x", "y", adjust_for=["z", "m"])
    assert wrong.verdict == (
        "Your set {m, z} is wrong because of m. m lies on the causal path x -> m -> y: conditioning on "
        "m blocks part "
        "of the effect you asked for. Adjusting for z closes every path of bias between x and y, and "
        "every causal "
        "path is left open."
    )
    assert (wrong.chosen.variables, wrong.chosen.valid, wrong.chosen.by_user) == (("m", "z"), False, True)
    assert wrong.identifiable


def test_a_valid_set_of_the_users_comes_first():
    graph = FORK.replace(edges=[*FORK.edges, ("w", "y")])
    answer = explain(graph, "x", "y", adjust_for=["w", "z"])
    assert kinds(answer)[:2] == [("backdoor", ("w", "z")), ("backdoor", ("z",))]
    assert explain(FORK, "x", "y", adjust_for=()).verdict.startswith(
        "Adjusting for nothing is wrong. The path"
    )


def test_what_would_close_the_path_is_said_once():
    assert explain(FORK, "x", "y", adjust_for=()).verdict == (
        "Adjusting for nothing is wrong. The path x <- z -> y is open. Adjusting for z closes every path of "
        "bias between x and y, and every causal path is left open."
    )


def test_no_causal_path_means_no_effect():
    answer = explain(CausalGraph([("y", "x")]), "x", "y")
    assert answer.zero
    assert answer.identifiable
    assert answer.verdict == "The graph draws no causal path from x to y, so the effect is zero by the graph."
    assert kinds(answer) == [("general", ())]


def test_an_instrument_needs_one_more_assumption():
    answer = explain(INSTRUMENT, "x", "y")
    assert not answer.identifiable
    assert answer.verdict.endswith(
        "With z as instrument one more assumption helps: linearity gives this effect, monotonicity that "
        "among those whom the instrument moves."
    )
    assert kinds(answer) == [("iv", ("z",))]
    assert "monotonicity" in answer.strategies[0].assumption
    assert answer.instrument == Instrument("z", frozenset())


def test_the_instrument_asked_for_is_judged():
    graph = CausalGraph([("w", "z"), ("w", "y"), ("z", "x"), ("v", "x"), ("x", "y")], [("x", "y")])
    answer = explain(graph, "x", "y", instrument="z")
    assert answer.instrument == Instrument("z", frozenset("w"))
    assert (answer.strategies[0].variables, answer.strategies[0].given) == (("z",), ("w",))
    wrong = explain(graph, "x", "y", instrument="w")
    assert wrong.instrument is None
    assert wrong.notes == (
        "w is no instrument: the path w -> y reaches y other than through x, and no observed set closes it.",
    )
    with pytest.raises(GraphError, match="nobody"):
        explain(graph, "x", "y", instrument="nobody")


@pytest.mark.parametrize(
    ("graph", "variable", "words"),
    [
        (FORK, "x", "treatment or outcome itself"),
        (FRONT, "m", "an effect of x on a causal path"),
        (INSTRUMENT.replace(latent="z"), "z", "z is not observed"),
        (INSTRUMENT.replace(nodes=["k", "x", "y"]), "k", "it is not related to x"),
        (INSTRUMENT.replace(selected="z"), "z", "The rows are selected on z"),
    ],
)
def test_why_a_variable_is_no_instrument(graph, variable, words):
    assert words in explain(graph, "x", "y", instrument=variable).notes[0]


def test_front_door_and_general_formula():
    front = explain(FRONT, "x", "y")
    assert front.verdict.endswith("But the effect of x on y is identifiable by the front door through m.")
    assert kinds(front) == [("frontdoor", ("m",))]
    napkin = explain(NAPKIN, "x", "y")
    assert napkin.verdict.endswith("But the effect of x on y is identifiable by the general formula shown.")
    assert kinds(napkin)[0] == ("general", ())


def test_a_random_treatment_has_no_causes():
    answer = explain(INSTRUMENT, "x", "y", randomised=True)
    assert answer.identifiable
    assert answer.chosen.variables == ()
    assert answer.ignored == ("z -> x", "x <-> y")
    assert answer.notes == (
        "The treatment is random by design, so the arrows into it are ignored: z -> x, x <-> y.",
    )
    precise = explain(FORK, "x", "y", adjust_for="z", randomised=True)
    assert (precise.chosen.variables, precise.chosen.valid) == (("z",), True)


def test_mediators_are_a_strategy_when_their_share_is_identified():
    answer = explain(CHAIN, "x", "y", mediators="m")
    assert answer.mediation.valid
    assert kinds(answer) == [("backdoor", ("z",)), ("frontdoor", ("m",)), ("mediation", ("m",))]
    assert answer.strategies[-1].given == ("z",)


def test_results_are_plain_and_can_be_sent():
    answer = explain(INSTRUMENT, "x", "y", adjust_for="z")
    assert pickle.loads(pickle.dumps(answer)) == answer  # noqa: S301 - made here
    plain = json.loads(json.dumps(to_plain(answer)))
    assert plain["identifiable"] is False
    assert plain["strategies"][0]["kind"] == "iv"
    assert plain["adjusted_for"] == ["z"]
    assert plain["adjusted_for_valid"] is False
    assert {"kind", "variables", "reason"} <= set(plain["strategies"][0])


def test_a_listing_cut_short_is_noted():
    nodes = [f"c{i}" for i in range(4)]
    graph = CausalGraph([("x", "y"), *((n, "x") for n in nodes), *(("x", n + "'") for n in nodes)])
    assert "Not all instruments are listed." in explain(graph, "x", "y", limit=2).notes


def test_an_explanation_of_a_dense_graph_keeps_its_time():
    start = perf_counter()
    answer = explain(dense(), "x", "y", seconds=0.5)
    assert answer.chosen.valid
    assert perf_counter() - start < 20


def test_no_heavy_library_is_imported():
    heavy = "{'dowhy', 'econml', 'sklearn', 'statsmodels', 'lightgbm', 'scipy', 'networkx'}"
    code = f"import sys, causal_core.identification; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
