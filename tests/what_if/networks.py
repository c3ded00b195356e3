"""Networks for tests."""

import numpy as np

from causal_core.what_if import BayesianNetwork
from causal_core.what_if.bif import Node

ODD = """
network "odd names" { property "author x"; }
// a comment
variable "node one" { type discrete [ 3 ] { a/b, "<c, d>", < 5 }; }
variable Größe { type discrete [ 2 ] { 5-12/kg, 12+ }; }
probability ( "node one" ) { table 0.2, 0.3, 0.5; }
probability ( Größe | "node one" ) { default 0.5, 0.5; ("<c, d>") 0.9, 0.1; }
"""

MONITORING = """
HISTORY 2 LVFAILURE; CVP 3 LVEDVOLUME; PCWP 3 LVEDVOLUME; HYPOVOLEMIA 2;
LVEDVOLUME 3 HYPOVOLEMIA LVFAILURE; LVFAILURE 2; STROKEVOLUME 3 HYPOVOLEMIA LVFAILURE;
ERRLOWOUTPUT 2; HRBP 3 ERRLOWOUTPUT HR; HREKG 3 ERRCAUTER HR; ERRCAUTER 2; HRSAT 3 ERRCAUTER HR;
INSUFFANESTH 2; ANAPHYLAXIS 2; TPR 3 ANAPHYLAXIS; EXPCO2 4 ARTCO2 VENTLUNG; KINKEDTUBE 2;
MINVOL 4 INTUBATION VENTLUNG; FIO2 2; PVSAT 3 FIO2 VENTALV; SAO2 3 PVSAT SHUNT; PAP 3 PULMEMBOLUS;
PULMEMBOLUS 2; SHUNT 2 INTUBATION PULMEMBOLUS; INTUBATION 3; PRESS 4 INTUBATION KINKEDTUBE VENTTUBE;
DISCONNECT 2; MINVOLSET 3; VENTMACH 4 MINVOLSET; VENTTUBE 4 DISCONNECT VENTMACH;
VENTLUNG 4 INTUBATION KINKEDTUBE VENTTUBE; VENTALV 4 INTUBATION VENTLUNG; ARTCO2 3 VENTALV;
CATECHOL 2 ARTCO2 INSUFFANESTH SAO2 TPR; HR 3 CATECHOL; CO 3 HR STROKEVOLUME; BP 3 CO TPR
"""
"""The 37 nodes of the ALARM network: levels and parents (Beinlich, Suermondt, Chavez & Cooper 1989)."""


def monitoring(seed: int = 0) -> BayesianNetwork:
    """A network with the nodes and arrows of ALARM and drawn chances."""
    random = np.random.default_rng(seed)
    given = [line.split() for line in MONITORING.replace("\n", " ").split(";")]
    many = {name: int(levels) for name, levels, *_ in given}
    names = ("zero", "low", "normal", "high")
    return BayesianNetwork.of(
        tuple(
            Node(
                name,
                ("yes", "no") if many[name] == 2 else names[-many[name] :],
                tuple(parents),
                random.dirichlet(np.full(many[name], 0.7), [many[each] for each in parents]),
            )
            for name, _, *parents in given
        )
    )
