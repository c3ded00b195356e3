"""Good and bad controls against the paper's own answers, and against what the words mean."""

import pytest
from hypothesis import given

from causal_core.graph import CausalGraph
from causal_core.identification import adjustment_sets, check_adjustment
from causal_core.identification.controls import controls
from causal_core.problem import GraphError
from tests.identification import brute

# Cinelli, Forney & Pearl (2022), models 1 to 18: the graph, and what the paper says of z.
MODELS = {
    "1": ("z -> x; z -> y; x -> y", "good", "removes bias"),
    "2": ("u -> z; z -> x; u -> y; x -> y", "good", "removes bias"),
    "3": ("u -> x; u -> z; z -> y; x -> y", "good", "removes bias"),
    "4": ("z -> x; z -> m; m -> y; x -> m", "good", "removes bias"),
    "5": ("u -> z; z -> x; u -> m; x -> m; m -> y", "good", "removes bias"),
    "6": ("u -> x; u -> z; z -> m; x -> m; m -> y", "good", "removes bias"),
    "7": ("u -> x; u -> z; v -> z; v -> y; x -> y", "bad", "collider"),
    "8": ("z -> y; x -> y", "neutral", "precision gain"),
    "9": ("z -> x; x -> y", "neutral", "precision loss"),
    "10": ("z -> x; u -> x; u -> y; x -> y", "bad", "bias amplification"),
    "11": ("x -> z; z -> y", "bad", "over-control"),
    "12": ("x -> m; m -> y; m -> z", "bad", "over-control"),
    "13": ("z -> m; x -> m; m -> y", "neutral", "precision gain"),
    "14": ("x -> z; x -> y", "neutral", "precision loss"),
    "15": ("x -> z; z -> w; u -> w; u -> y; x -> y", "neutral", "precision loss"),
    "16": ("x -> z; u -> z; u -> y; x -> y", "bad", "collider"),
    "17": ("x -> z; y -> z; x -> y", "bad", "collider"),
    "18": ("x -> y; y -> z", "bad", "case-control"),
}


def drawn(text, hidden="uv"):
    graph = CausalGraph.from_text(text)
    return graph.replace(latent=set(hidden) & set(graph.nodes))


def of(graph, node="z"):
    return {control.node: control for control in controls(graph, "x", "y")}[node]


@pytest.mark.parametrize("number", MODELS)
def test_the_eighteen_models(number):
    text, verdict, kind = MODELS[number]
    found = of(drawn(text))
    assert (found.verdict, found.kind) == (verdict, kind)


def test_where_the_hidden_nodes_are_observed_the_verdict_may_change():
    for number in ("1", "2", "3", "4", "5", "6", "8", "9", "11", "12", "13", "14", "15", "17", "18"):
        text, verdict, _ = MODELS[number]
        assert of(drawn(text, hidden="")).verdict == verdict
    # With the confounder u observed, the instrument of model 10 only costs precision.
    assert (of(drawn(MODELS["10"][0], "")).verdict, of(drawn(MODELS["10"][0], "")).kind) == (
        "neutral",
        "precision loss",
    )


def test_model_15_in_a_selected_sample():
    found = of(drawn(MODELS["15"][0]).replace(selected="w"))
    assert (found.verdict, found.kind) == ("good", "removes bias")
    assert found.reason == "Without it the path x -> z -> w <- u -> y is open. No set works without it."


def test_the_words_of_the_models():
    words = {number: of(drawn(text)).reason for number, (text, _, _) in MODELS.items()}
    assert words["1"] == "Without it the path x <- z -> y is open. No set works without it."
    assert words["7"] == (
        "Nothing need be adjusted for; adjusting for it opens the path x <- u -> z <- v -> y, "
        "on which it is a collider."
    )
    assert words["8"] == (
        "It opens and closes no path of bias and explains some of y: adjusting for it sharpens the estimate."
    )
    assert words["9"] == (
        "It opens and closes no path of bias and is tied to x but tells nothing more about y: "
        "adjusting for it takes away variation of x and blurs the estimate."
    )
    assert words["10"] == (
        "It is tied to y only through x. Adjusting for it takes away variation of x that is free of bias and "
        "leaves that which comes along x <- u -> y: the bias gets larger."
    )
    assert words["11"] == (
        "z lies on the causal path x -> z -> y: conditioning on z blocks part of the effect you asked for."
    )
    assert words["17"] == (
        "z is caused by the treatment (x -> z) and by the outcome (y -> z): conditioning on it makes an "
        "association between the two that is no effect."
    )
    assert words["18"] == (
        "z is caused by the outcome (y -> z): conditioning on z distorts the relation between x and y."
    )


def test_the_butterfly_is_good_but_not_alone():
    graph = CausalGraph.from_text("a -> x; a -> z; b -> z; b -> y; z -> x; z -> y; x -> y")
    found = of(graph)
    assert found.verdict == "good"
    assert found.reason == ("Without it the path x <- z -> y is open. No set works without it.")
    assert of(graph, "a").reason == (
        "Without it the path x <- a -> z <- b -> y is open when z is adjusted for. "
        "Another way: b and z alone."
    )


def test_an_effect_of_a_collider_opens_it_too():
    graph = CausalGraph.from_text("x <- a -> c <- b -> y; c -> z; x -> y")
    found = of(graph)
    assert (found.verdict, found.kind) == ("bad", "collider")
    assert found.reason == (
        "Nothing need be adjusted for; adjusting for it opens the path x <- a -> c <- b -> y: "
        "it is an effect of the collider c, and so partly conditions on c. "
        "Adjusting for one of a and b as well would close it again."
    )
    confounded = CausalGraph.from_text("k -> x; k -> y; x <- a -> z <- b -> y; x -> y").replace(
        latent={"a", "b"}
    )
    assert of(confounded).reason == (
        "Added to k, which suffices, it opens the path x <- a -> z <- b -> y, on which it is a collider."
    )


def test_a_node_that_helps_one_set_and_spoils_another_says_both():
    graph = CausalGraph.from_text("c -> x; c -> d; d -> y; a -> x; a -> d; b -> d; b -> y; x -> y")
    found = of(graph, "d")
    assert found.verdict == "good"
    assert found.reason == "Without it the path x <- c -> d -> y is open. Another way: a and c alone."


def test_what_can_be_closed_is_good_where_bias_stays():
    graph = CausalGraph.from_text("c -> x; c -> y; x -> y; m -> p; z -> y").replace(bidirected=[("x", "y")])
    found = of(graph, "c")
    assert (found.verdict, found.kind) == ("good", "removes bias")
    assert found.reason == (
        "Without it the path x <- c -> y is open. No set works without it. "
        "Bias stays in any case along x <-> y, which no adjustment can close."
    )
    assert (of(graph, "z").verdict, of(graph, "z").kind) == ("neutral", "bias left")


def test_a_proxy_of_a_hidden_confounder_leaves_bias():
    found = of(drawn("u -> x; u -> y; u -> z; x -> y"))
    assert (found.verdict, found.kind) == ("neutral", "bias left")
    assert found.reason.startswith("It blocks no path; the bias that is left may get smaller or larger.")


def test_what_is_no_choice():
    graph = CausalGraph.from_text("dag { u [latent]; s [selected]; u -> {x y}; x -> y; a -> s }")
    found = {control.node: (control.verdict, control.kind) for control in controls(graph, "x", "y")}
    assert found == {
        "u": ("none", "latent"),
        "s": ("none", "selected"),
        "x": ("none", "asked about"),
        "y": ("none", "asked about"),
        "a": ("neutral", "bias left"),
    }


def test_where_nothing_can_help_it_says_why():
    caused = CausalGraph.from_text("y -> x; z -> x")
    assert of(caused).reason == (
        "No adjustment gives the effect, because the path x <- y stays open whatever is adjusted for."
    )
    selected = CausalGraph.from_text("dag { s [selected]; x -> y; y -> s; z -> y }")
    assert of(selected).reason == "No adjustment gives the effect, because the rows are selected on s."


def test_names_are_checked():
    with pytest.raises(GraphError, match="'u' is not observed"):
        controls(drawn("u -> y"), "u", "y")


@given(brute.graphs(largest=6))
def test_good_and_bad_mean_what_they_say(graph):
    valid = [
        held
        for held in brute.subsets(graph.observed - {"x", "y"})
        if check_adjustment(graph, "x", "y", held).valid
    ]
    least = brute.minimal(valid)
    assert least == tuple(adjustment_sets(graph, "x", "y"))
    for control in controls(graph, "x", "y"):
        node = control.node
        if control.verdict == "none":
            continue
        if least:
            assert (control.verdict == "good") == any(node in held for held in least)
            if control.verdict == "bad":
                assert any(held | {node} not in valid for held in least)
            if control.verdict == "neutral":
                assert all(held | {node} in valid for held in least)
        elif control.kind == "over-control":
            assert node in graph.descendants("x")
        assert control.reason.endswith(".")
