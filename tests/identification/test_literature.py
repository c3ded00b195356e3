"""Answers the literature gives for its own graphs."""

import pytest

from causal_core.graph import CausalGraph
from causal_core.identification import (
    Instrument,
    adjustment_sets,
    check_adjustment,
    frontdoor_sets,
    identify,
    instruments,
    optimal_adjustment_set,
)
from tests.identification.test_derivation import check


def admg(text, arcs=""):
    """`a>b c>d` are arrows, `a~b` in the second text bidirected edges."""
    pairs = [pair.split("~") for pair in arcs.split()]
    arrows = [pair.split(">") for pair in text.split()]
    return CausalGraph(arrows, pairs, nodes=sorted({end for pair in [*arrows, *pairs] for end in pair}))


IDENTIFIABLE = [
    # Pearl 2009, "Causality", page 80: the back-door criterion
    ("z1>z3 z1>z4 z2>z4 z2>z5 z3>x z4>x z4>y z5>y x>z6 z6>y", "", "x", "y"),
    # Pearl 2009, page 81: the front door
    ("x>z z>y", "x~y", "x", "y"),
    # Pearl & Mackenzie 2018, "The book of why", page 240: the napkin
    ("w>z z>x x>y", "w~x w~y", "x", "y"),
    # Pearl 2009, page 92: identifiable without back door or front door
    ("z2>x z2>z1 z2>z3 x>z1 z3>y z1>y", "z2~x z2~y x~z3 x~y", "x", "y"),
    # Pearl 2009, page 119: two treatments, the first a cause of the covariate of the second
    ("x1>z x1>y x1>x2 z>x2 x2>y", "x1~z z~y", "x1 x2", "y"),
    # Greenland, Pearl & Robins 1999: the M
    ("x>y", "x~z y~z", "x", "y"),
    # Verma & Pearl 1990; Tian 2002, "Studies in causal reasoning and learning"
    ("v1>v2 v2>v3 v3>v4", "v2~v4", "v3", "v4"),
    ("v1>v2 v2>v3 v3>v4", "v2~v4", "v1", "v4"),
    # Tian 2002, page 90: a treatment behind two tied chains
    ("w1>w2 w3>w4 w2>x w4>x x>y", "w1~x w1~y w1~w3 w3~w2 w3~w5 w5~w4", "x", "y"),
    # Shpitser & Pearl 2008, "Complete identification methods for the causal hierarchy", figures 2 and 3 (a)
    ("x>y x>z z>y", "y~z", "x", "y"),
    ("x>y z>x z>y", "x~z", "x", "y"),
    ("x>y1 w1>x w2>y2", "w1~w2 w1~y1 w1~y2 x~w2", "x", "y1 y2"),
]
NOT_IDENTIFIABLE = [
    # The bow and its relatives (Pearl 2009, section 3.5; Shpitser & Pearl 2006)
    ("x>y", "x~y", "x", "y"),
    ("x>z z>y", "x~z", "x", "y"),
    ("x>z z>y", "x~y x~z", "x", "y"),
    ("z>x x>y", "x~y", "x", "y"),
    ("z>x z>y x>y", "x~z z~y", "x", "y"),
    ("x>y w>x", "w~x w~y x~y", "x", "y"),
    # An instrument alone, itself tied to the treatment
    ("z>x x>y", "x~y z~x", "x", "y"),
    # The graph of figure 3 (a) above with one more hidden cause and one more arrow
    ("x>y1 w1>x w2>y2 w1>w2", "w1~w2 w1~y1 w1~y2 x~w2 x~y1", "x", "y1 y2"),
    # Tian & Pearl 2002, theorem 3: a bidirected path from the treatment to its child
    ("x>z1 z1>z2 z2>y", "x~z2 z2~z1", "x", "z1 z2 y"),
]


@pytest.mark.parametrize(("arrows", "arcs", "x", "y"), IDENTIFIABLE)
def test_identifiable_in_the_literature(arrows, arcs, x, y):
    graph = admg(arrows, arcs)
    found = identify(graph, x.split(), y.split())
    assert found.identifiable
    check(graph, found, world_seed=1)


@pytest.mark.parametrize(("arrows", "arcs", "x", "y"), NOT_IDENTIFIABLE)
def test_not_identifiable_in_the_literature(arrows, arcs, x, y):
    found = identify(admg(arrows, arcs), x.split(), y.split())
    assert (found.identifiable, found.estimand) == (False, "")
    assert found.hedge.inner < found.hedge.nodes


def test_pearls_back_door_example():
    """Pearl 2009, page 80: {z3, z4} and {z4, z5} are sufficient, {z4} and {z6} are not."""
    graph = admg(IDENTIFIABLE[0][0])
    sets = adjustment_sets(graph, "x", "y")
    assert set(sets) == {frozenset(each.split()) for each in ("z1 z4", "z2 z4", "z3 z4", "z4 z5")}
    assert not check_adjustment(graph, "x", "y", "z4").valid
    assert not check_adjustment(graph, "x", "y", ["z4", "z5", "z6"]).valid
    assert optimal_adjustment_set(graph, "x", "y").nodes == frozenset(["z4", "z5"])
    assert tuple(frontdoor_sets(graph, "x", "y")) == (frozenset(["z6"]),)


def test_joint_treatments_as_perkovic_has_them():
    """Perkovic et al. 2018: for x1 -> x2 with a covariate between them no set serves both treatments."""
    graph = admg("x1>z z>x2 x1>y x2>y u>z u>y").replace(latent="u")
    assert tuple(adjustment_sets(graph, ["x1", "x2"], "y")) == ()
    assert identify(graph, ["x1", "x2"], "y").identifiable
    free = admg("x1>x2 x1>y x2>y c>x1 c>y")
    assert tuple(adjustment_sets(free, ["x1", "x2"], "y")) == (frozenset("c"),)


def test_what_descends_from_a_causal_node_is_forbidden():
    """Perkovic et al. 2018: descendants of causal nodes are; others after the treatment are not."""
    graph = admg("x>m m>y m>d x>e c>x c>y")
    assert not check_adjustment(graph, "x", "y", ["c", "d"]).valid
    assert check_adjustment(graph, "x", "y", ["c", "e"]).valid


def test_conditional_instruments():
    """Brito & Pearl 2002, van der Zander et al. 2015: z given w; others as they stand."""
    graph = admg("w>z w>y z>x x>y", "x~y")
    assert tuple(instruments(graph, "x", "y")) == (Instrument("z", frozenset("w")),)
    collider = admg("z>x x>y z>c", "x~y y~c")
    assert tuple(instruments(collider, "x", "y")) == (Instrument("z", frozenset()),)
    descendant = admg("z>s x>y", "s~x x~y z~x")
    assert Instrument("z", frozenset()) in instruments(descendant, "x", "y")


def test_the_direct_effect_by_the_single_door():
    """Pearl 2009, theorem 5.3.1: the mediator closes the only other way."""
    graph = admg("x>z z>y x>y")
    assert tuple(adjustment_sets(graph, "x", "y", effect="direct")) == (frozenset("z"),)
    assert tuple(adjustment_sets(graph, "x", "y")) == (frozenset(),)
