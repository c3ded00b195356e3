"""Bayesian networks: read, asked, set, changed and written."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.problem import DoesNotApply, Problem
from causal_core.what_if import BayesianNetwork
from causal_core.what_if.bif import Node, read_bif
from causal_core.what_if.inference import chance_of, joint
from causal_core.what_if.most_probable import most_probable
from causal_core.what_if.published import published
from tests.what_if.networks import ODD


@pytest.fixture(scope="module")
def asia():
    return BayesianNetwork.of(read_bif(published("asia")))


@pytest.fixture(scope="module")
def alarm():
    return BayesianNetwork.of(read_bif(published("alarm")))


def brute(network, node, evidence, done=()):
    """Level -> chance by summing the whole joint distribution."""
    by_name = network.by_name
    total = dict.fromkeys(by_name[node].levels, 0.0)
    for levels in product(*(each.levels for each in network.nodes)):
        row = dict(zip(by_name, levels, strict=True))
        if any(row[name] != level for name, level in {**evidence, **dict(done)}.items()):
            continue
        chance = 1.0
        for each in network.nodes:
            if each.name not in dict(done):
                place = tuple(by_name[name].levels.index(row[name]) for name in (*each.parents, each.name))
                chance *= each.table[place]
        total[row[node]] += chance
    whole = sum(total.values())
    return {level: chance / whole for level, chance in total.items()}


@pytest.mark.parametrize(
    ("node", "evidence"),
    [
        ("dysp", {"smoke": "yes"}),
        ("lung", {"dysp": "yes", "asia": "yes"}),
        ("tub", {}),
        ("xray", {"bronc": "no"}),
    ],
)
def test_seeing_and_doing_agree_with_the_whole_joint(asia, node, evidence):
    assert asia.see(node, evidence) == pytest.approx(brute(asia, node, evidence), abs=1e-9)
    assert asia.do(node, evidence) == pytest.approx(brute(asia, node, {}, evidence.items()), abs=1e-9)


def eliminated(network, node, fixed, done=()):
    """Level -> chance by summing nodes out of a product of all tables, one after another."""
    number = {each.name: place for place, each in enumerate(network.nodes)}
    terms = []
    for each in network.nodes:
        if each.name in done:
            continue
        axes = [number[name] for name in (*each.parents, each.name)]
        taken = [
            network.by_name[name].levels.index(fixed[name]) if name in fixed else slice(None)
            for name in (*each.parents, each.name)
        ]
        kept = [
            axis for axis, name in zip(axes, (*each.parents, each.name), strict=True) if name not in fixed
        ]
        terms += [each.table[tuple(taken)], kept]
    line = np.einsum(*terms, [number[node]], optimize="greedy")
    return dict(zip(network.by_name[node].levels, (line / line.sum()).tolist(), strict=True))


@pytest.mark.parametrize(
    ("node", "done", "seen"),
    [
        ("MINVOL", {"VENTLUNG": "LOW"}, {}),
        ("HR", {"SAO2": "LOW"}, {"BP": "HIGH"}),
        ("SHUNT", {"PRESS": "HIGH"}, {}),
    ],
)
def test_what_is_done_in_a_network_of_37_nodes_agrees_with_elimination(alarm, node, done, seen):
    found, known = alarm.do(node, done, seen), {**done, **seen}
    assert found == pytest.approx(eliminated(alarm, node, known, done), abs=1e-9)
    assert alarm.see(node, known) == pytest.approx(eliminated(alarm, node, known), abs=1e-9)
    assert max(abs(found[level] - chance) for level, chance in alarm.see(node, known).items()) > 1e-4


def test_a_network_that_hangs_together_too_closely_is_refused():
    names = [f"x{number}" for number in range(26)]
    pairs = [(one, other) for place, one in enumerate(names) for other in names[place + 1 :]]
    nodes = [Node(name, ("a", "b"), (), np.array([0.5, 0.5])) for name in names]
    nodes += [
        Node(f"{one}-{other}", ("a", "b"), (one, other), np.full((2, 2, 2), 0.5)) for one, other in pairs
    ]
    with pytest.raises(DoesNotApply, match="hang together so closely"):
        BayesianNetwork.of(tuple(nodes)).see("x0")


def test_beliefs_are_told_where_hidden_causes_leave_them_known():
    frame = pd.DataFrame({"x": [0, 1, 0, 1], "y": [0, 1, 1, 1], "z": [0, 1, 0, 0]})
    graph = CausalGraph(edges=[("x", "y"), ("x", "z")], bidirected=[("x", "y")])
    found, why = BayesianNetwork.fit(frame, graph).beliefs_where_known({}, {"x": "1"})
    assert set(found) == {"x", "z"}
    assert why["y"].startswith("What setting x does to y is not known")


def test_only_the_neighbourhood_of_a_node_is_kept(alarm):
    near = alarm.around("HR", 60)
    assert {node.name for node in near.nodes} == {
        *("HR", "CATECHOL", "CO", "HRBP", "HREKG", "HRSAT"),
        *("STROKEVOLUME", "ERRLOWOUTPUT", "ERRCAUTER"),
    }
    assert ("HR", "CO") in near.graph.edges
    assert len(alarm.around("HR", 4).nodes) == 4


def test_missing_values_many_levels_and_huge_tables():
    graph = CausalGraph(edges=[("x", "y")])
    frame = pd.DataFrame({"x": ["a", "b", None, "a"], "y": ["u", "v", "u", "v"]})
    assert BayesianNetwork.fit(frame, graph).remarks == (
        "1 rows lack a value in some node and are left out.",
    )
    names = pd.DataFrame({"x": [f"l{number}" for number in range(60)], "y": np.resize(["u", "v"], 60)})
    with pytest.raises(Problem, match="x has 60 levels"):
        BayesianNetwork.fit(names, graph)
    wide = pd.DataFrame({f"x{n}": np.resize([f"l{level}" for level in range(20)], 40) for n in range(6)})
    with pytest.raises(Problem, match="would have 64,000,000 cells: it has 5 parents"):
        BayesianNetwork.fit(wide, CausalGraph(edges=[(f"x{n}", "x5") for n in range(5)]))
    numbers = pd.DataFrame({"x": np.arange(100.0), "y": np.resize(["u", "v"], 100)})
    assert len(BayesianNetwork.fit(numbers, graph, parts=7).by_name["x"].levels) == 7
    with pytest.raises(Problem, match="cannot be cut into 1 parts"):
        BayesianNetwork.fit(numbers, graph, parts=1)


def test_a_file_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("causal_core.what_if.network.MOST_BYTES", 10)
    file = tmp_path / "n.bif"
    file.write_text("network n { }")
    with pytest.raises(Problem, match="at most 0 are read"):
        BayesianNetwork.load(file)


def test_published_figures_of_asia(asia):
    # Lauritzen & Spiegelhalter 1988, and by hand: P(dysp) = 0.436, P(lung | dysp) = 0.103.
    assert asia.see("dysp")["yes"] == pytest.approx(0.436, abs=5e-4)
    assert asia.see("lung", {"dysp": "yes"})["yes"] == pytest.approx(0.1028, abs=5e-4)
    # Setting an effect says nothing about its cause.
    assert asia.do("lung", {"dysp": "yes"})["yes"] == pytest.approx(0.055, abs=1e-9)


@pytest.mark.parametrize("name", ["asia", "earthquake", "sprinkler"])
def test_every_small_published_network_is_asked_exactly(name):
    network = BayesianNetwork.of(read_bif(published(name)))
    first, last = network.nodes[0], network.nodes[-1]
    given = {first.name: first.levels[0]}
    assert network.see(last.name, given) == pytest.approx(brute(network, last.name, given), abs=1e-9)
    for node in network.nodes[1:-1]:
        done = {node.name: node.levels[0]}
        found = network.do(last.name, done)
        assert found == pytest.approx(brute(network, last.name, {}, done.items()), abs=1e-9)


def test_the_textbook_s_burglar():
    network = BayesianNetwork.of(read_bif(published("earthquake")))
    # Russell & Norvig, Artificial Intelligence, on inference by enumeration: 0.284.
    found = network.see("burglary", {"john_calls": "yes", "mary_calls": "yes"})
    assert found["yes"] == pytest.approx(0.284, abs=5e-4)


def test_what_is_seen_after_something_is_set(asia):
    found = asia.do("lung", {"smoke": "yes"}, {"xray": "yes"})
    assert found == pytest.approx(brute(asia, "lung", {"xray": "yes"}, {"smoke": "yes"}.items()), abs=1e-9)


def test_any_names_are_read_asked_and_written_again():
    network = BayesianNetwork.of(read_bif(ODD))
    assert network.by_name["node one"].levels == ("a/b", "<c, d>", "< 5")
    assert network.see("Größe") == pytest.approx({"5-12/kg": 0.62, "12+": 0.38})
    again = BayesianNetwork.of(read_bif(network.to_bif()))
    for first, second in zip(network.nodes, again.nodes, strict=True):
        assert (first.name, first.levels, first.parents) == (second.name, second.levels, second.parents)
        np.testing.assert_array_equal(first.table, second.table)


@pytest.mark.parametrize("ending", ["net", "dsl", "xdsl", "uai", "bifxml"])
def test_other_formats_are_read_by_the_library(asia, tmp_path, ending):
    import pyagrum

    made = pyagrum.fastBN("a{x|y|z}->c{u|v};b{u|v}->c")
    file = tmp_path / f"n.{ending}"
    pyagrum.saveBN(made, str(file))
    network = BayesianNetwork.load(file)
    # As the library reads its own file: some formats hold a few digits only.
    engine = pyagrum.LazyPropagation(pyagrum.loadBN(str(file)))
    engine.makeInference()
    last = list(network.see(network.nodes[-1].name).values())
    assert len(network.nodes) == 3
    assert sum(last) == pytest.approx(1)
    if ending != "uai":
        assert list(network.see("c").values()) == pytest.approx(engine.posterior("c").tolist())


def test_files_that_are_no_networks_are_refused_in_words(tmp_path):
    for name, text, said in (
        ("a.txt", "", "is no network that can be read. Known are .bif"),
        ("a.pkl", "", "may be a pickle: opening one would run whatever it holds. Known are .bif"),
        ("b.bif", "hello", "it declares no"),
        ("c.bif", "variable x { type discrete [2] { a, b }; }", "has no table for x"),
        (
            "d.bif",
            "variable x { type discrete [2] { a, b }; } probability ( x ) { table 0.5; }",
            "has 1 numbers",
        ),
        (
            "e.bif",
            "variable x { type discrete [2] { a, b }; } probability ( x ) { table 0.5, 0.6; }",
            "add up",
        ),
        ("f.bif", "variable x { type discrete [2] { a, a }; }", "one of them twice"),
        ("g.bif", "probability ( y ) { table 1; }", "speaks of y"),
        ("h.bif", "variable x { type continuous; }", "x is not discrete"),
        ("i.bif", "variable x {", "not closed"),
        ("j.xdsl", "<no", "is no network in this format"),
    ):
        file = tmp_path / name
        file.write_text(text)
        with pytest.raises(Problem) as caught:
            BayesianNetwork.load(file)
        assert said in str(caught.value), name
    with pytest.raises(Problem, match="cannot be read"):
        BayesianNetwork.load(tmp_path / "none.bif")


def test_a_table_can_be_changed_by_hand(asia):
    changed = asia.with_table("tub", np.array([[0.5, 0.5], [0.01, 0.99]]))
    assert changed.see("tub", {"asia": "yes"})["yes"] == pytest.approx(0.5)
    assert asia.see("tub", {"asia": "yes"})["yes"] == pytest.approx(0.05)
    with pytest.raises(Problem, match=r"The chances of tub where asia = no add up to 1\.1"):
        asia.with_table("tub", np.array([[0.5, 0.5], [0.11, 0.99]]))
    with pytest.raises(Problem, match="must have the shape"):
        asia.with_table("tub", np.array([0.5, 0.5]))
    with pytest.raises(Problem, match="no chance"):
        asia.with_table("tub", np.array([[1.5, -0.5], [0.01, 0.99]]))


def test_the_most_probable_explanation_and_the_chance_of_evidence(asia):
    found, chance = most_probable(asia, {"dysp": "yes", "xray": "yes"})
    best = max(
        (dict(zip(asia.by_name, levels, strict=True)) for levels in product(*(e.levels for e in asia.nodes))),
        key=lambda row: _chance(asia, row) * (row["dysp"] == row["xray"] == "yes"),
    )
    assert found == best
    assert chance == pytest.approx(_chance(asia, best) / chance_of(asia, {"dysp": "yes", "xray": "yes"}))


def _chance(network, row):
    chance = 1.0
    for each in network.nodes:
        place = tuple(network.by_name[name].levels.index(row[name]) for name in (*each.parents, each.name))
        chance *= each.table[place]
    return chance


def test_evidence_that_cannot_be_and_unknown_names_are_said(asia):
    with pytest.raises(Problem, match="lung = yes, either = no cannot be"):
        asia.see("dysp", {"lung": "yes", "either": "no"})
    with pytest.raises(Problem, match="lung has no level maybe"):
        asia.see("dysp", {"lung": "maybe"})
    with pytest.raises(Problem, match="nowhere is no node"):
        asia.see("nowhere")


def test_tables_are_learned_with_smoothing():
    frame = pd.DataFrame({"x": ["a", "a", "b", "b", "b"], "y": [1, 0, 1, 1, 1]})
    graph = CausalGraph(edges=[("x", "y")])
    plain = BayesianNetwork.fit(frame, graph, smoothing=0)
    assert plain.see("y", {"x": "a"}) == pytest.approx({"0": 0.5, "1": 0.5})
    assert plain.see("y", {"x": "b"}) == {"0": 0.0, "1": 1.0}
    smooth = BayesianNetwork.fit(frame, graph, smoothing=2)
    assert smooth.see("y", {"x": "b"}) == pytest.approx({"0": 0.2, "1": 0.8})
    with pytest.raises(Problem, match="smoothing"):
        BayesianNetwork.fit(frame, graph, smoothing=-1)
    with pytest.raises(Problem, match="w has no column"):
        BayesianNetwork.fit(frame, CausalGraph(edges=[("w", "y")]))


def test_numbers_are_cut_and_that_is_said():
    frame = pd.DataFrame({"n": np.arange(100.0), "y": np.resize(["u", "v"], 100)})
    network = BayesianNetwork.fit(frame, CausalGraph(edges=[("n", "y")]))
    assert network.by_name["n"].levels == ("below 24.8", "24.8 to 49.5", "49.5 to 74.2", "74.2 or more")
    assert network.see("n") == pytest.approx(dict.fromkeys(network.by_name["n"].levels, 0.25))
    assert network.remarks == ("n is cut into 4 parts of about as many rows each.",)


def test_pearls_front_door_table():
    """Causality, Table 3.1: smoking raises cancer to the eye, and lowers it when everybody is set to it."""
    shares = {(0, 0): 0.475, (1, 0): 0.025, (0, 1): 0.025, (1, 1): 0.475}
    cancer = {(0, 0): 0.10, (1, 0): 0.90, (0, 1): 0.05, (1, 1): 0.85}
    rows = []
    for (smoke, tar), share in shares.items():
        many = round(share * 40_000)
        ill = round(many * cancer[smoke, tar])
        rows += [(smoke, tar, 1)] * ill + [(smoke, tar, 0)] * (many - ill)
    frame = pd.DataFrame(rows, columns=["smoke", "tar", "cancer"])
    graph = CausalGraph(edges=[("smoke", "tar"), ("tar", "cancer")], bidirected=[("smoke", "cancer")])
    network = BayesianNetwork.fit(frame, graph, smoothing=0)
    # The front-door formula by hand: P(tar | smoke) times the average of P(cancer | smoke', tar) over smoke'.
    front = {
        value: sum(
            (0.95 if tar == value else 0.05) * sum(0.5 * cancer[smoke, tar] for smoke in (0, 1))
            for tar in (0, 1)
        )
        for value in (0, 1)
    }
    for value in (0, 1):
        found = network.do("cancer", {"smoke": str(value)})
        assert found["1"] == pytest.approx(front[value], abs=1e-6)
        assert sum(found.values()) == pytest.approx(1)
    assert front[1] < front[0]
    assert network.see("cancer", {"smoke": "1"})["1"] > network.see("cancer", {"smoke": "0"})["1"]
    assert network.do("smoke", {"cancer": "1"}) == pytest.approx(network.see("smoke"), abs=1e-9)
    # Once tar is seen, smoking says nothing more, and the hidden cause is as in everybody.
    tarred = network.do("cancer", {"smoke": "1"}, {"tar": "1"})
    assert tarred["1"] == pytest.approx(0.5 * cancer[0, 1] + 0.5 * cancer[1, 1], abs=1e-9)
    assert network.do("tar", {"smoke": "1"}, {"tar": "1"}) == {"0": 0.0, "1": 1.0}


def test_an_effect_that_hidden_causes_leave_open_is_refused():
    frame = pd.DataFrame({"x": [0, 1, 0, 1], "y": [0, 1, 1, 1]})
    graph = CausalGraph(edges=[("x", "y")], bidirected=[("x", "y")])
    with pytest.raises(DoesNotApply, match="What setting x does to y is not known"):
        BayesianNetwork.fit(frame, graph).do("y", {"x": "1"})


def test_joint_tables_have_their_axes_in_the_order_asked_for(asia):
    table = joint(asia, ("dysp", "smoke", "lung"))
    for place in np.ndindex(table.shape):
        seen = {name: ("yes", "no")[at] for name, at in zip(("dysp", "smoke", "lung"), place, strict=True)}
        assert table[place] == pytest.approx(chance_of(asia, seen), abs=1e-12)


@pytest.mark.parametrize(
    ("name", "node", "seen", "done", "told"),
    [
        ("alarm", "BP", {"HR": "LOW", "CVP": "HIGH"}, {}, [0.6459202291689058, 0.28769871260792074]),
        ("alarm", "PRESS", {}, {"VENTLUNG": "LOW"}, [0.027214453568, 0.25382320256, 0.211018243776]),
        ("alarm", "CATECHOL", {"BP": "LOW"}, {"SAO2": "LOW"}, [0.033383293789780846]),
        ("alarm", "LVFAILURE", {"HISTORY": "TRUE"}, {"CVP": "HIGH"}, [0.8256880733944955]),
        (
            "child",
            "Disease",
            {"LowerBodyO2": "<5", "CO2Report": ">=7.5", "XrayReport": "Asy/Patchy"},
            {},
            [0.08142835706531908, 0.22506264932196846, 0.255787735915718, 0.20077660850830784],
        ),
        ("child", "XrayReport", {}, {"LungParench": "Abnormal"}, [0.1642337651257, 0.1707271324463]),
        ("child", "GruntingReport", {"XrayReport": "Asy/Patchy"}, {"Sick": "yes"}, [0.47910911014306923]),
    ],
)
def test_large_published_networks_answer_as_pgmpy_does(name, node, seen, done, told):
    # pgmpy 1.1.2, variable elimination on the network after `do`.
    network = BayesianNetwork.of(read_bif(published(name)))
    found = list(network.beliefs(seen, done)[node].values())
    assert found[: len(told)] == pytest.approx(told, abs=1e-9)
    assert sum(found) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("name", ["alarm", "child"])
def test_the_most_probable_state_of_a_large_network(name):
    network = BayesianNetwork.of(read_bif(published(name)))
    seen = {"alarm": {"BP": "LOW"}, "child": {"LowerBodyO2": "<5"}}[name]

    def row(node, levels):
        names = (*node.parents, node.name)
        return node.table[tuple(network.by_name[name].levels.index(levels[name]) for name in names)]

    def chance(levels):
        return np.prod([row(node, levels) for node in network.nodes])

    found, told = most_probable(network, seen)
    assert found.items() >= seen.items()
    assert told == pytest.approx(chance(found) / chance_of(network, seen), rel=1e-9)
    # No other level of one node, or of a node and a child of it, is more probable.
    pairs = [*network.graph.edges, *((node.name, node.name) for node in network.nodes)]
    for pair in pairs:
        for levels in product(*(network.by_name[each].levels for each in pair)):
            other = {**found, **dict(zip(pair, levels, strict=True)), **seen}
            assert chance(other) <= chance(found) * (1 + 1e-12)
