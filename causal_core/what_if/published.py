"""Published networks to begin with: small ones written down from their papers, larger ones in files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ASIA: Final = """
network asia { }
variable asia { type discrete [ 2 ] { yes, no }; }
variable tub { type discrete [ 2 ] { yes, no }; }
variable smoke { type discrete [ 2 ] { yes, no }; }
variable lung { type discrete [ 2 ] { yes, no }; }
variable bronc { type discrete [ 2 ] { yes, no }; }
variable either { type discrete [ 2 ] { yes, no }; }
variable xray { type discrete [ 2 ] { yes, no }; }
variable dysp { type discrete [ 2 ] { yes, no }; }
probability ( asia ) { table 0.01, 0.99; }
probability ( tub | asia ) { (yes) 0.05, 0.95; (no) 0.01, 0.99; }
probability ( smoke ) { table 0.5, 0.5; }
probability ( lung | smoke ) { (yes) 0.1, 0.9; (no) 0.01, 0.99; }
probability ( bronc | smoke ) { (yes) 0.6, 0.4; (no) 0.3, 0.7; }
probability ( either | lung, tub ) {
  (yes, yes) 1.0, 0.0; (no, yes) 1.0, 0.0; (yes, no) 1.0, 0.0; (no, no) 0.0, 1.0;
}
probability ( xray | either ) { (yes) 0.98, 0.02; (no) 0.05, 0.95; }
probability ( dysp | bronc, either ) {
  (yes, yes) 0.9, 0.1; (no, yes) 0.7, 0.3; (yes, no) 0.8, 0.2; (no, no) 0.1, 0.9;
}
"""

SPRINKLER: Final = """
network sprinkler { }
variable season { type discrete [ 2 ] { dry, wet }; }
variable sprinkler { type discrete [ 2 ] { on, off }; }
variable rain { type discrete [ 2 ] { yes, no }; }
variable wet { type discrete [ 2 ] { yes, no }; }
variable slippery { type discrete [ 2 ] { yes, no }; }
probability ( season ) { table 0.5, 0.5; }
probability ( sprinkler | season ) { (dry) 0.75, 0.25; (wet) 0.2, 0.8; }
probability ( rain | season ) { (dry) 0.1, 0.9; (wet) 0.6, 0.4; }
probability ( wet | sprinkler, rain ) {
  (on, yes) 0.99, 0.01; (off, yes) 0.9, 0.1; (on, no) 0.9, 0.1; (off, no) 0.0, 1.0;
}
probability ( slippery | wet ) { (yes) 0.7, 0.3; (no) 0.0, 1.0; }
"""

ALARM_AT_HOME: Final = """
network earthquake { }
variable burglary { type discrete [ 2 ] { yes, no }; }
variable earthquake { type discrete [ 2 ] { yes, no }; }
variable alarm { type discrete [ 2 ] { yes, no }; }
variable john_calls { type discrete [ 2 ] { yes, no }; }
variable mary_calls { type discrete [ 2 ] { yes, no }; }
probability ( burglary ) { table 0.001, 0.999; }
probability ( earthquake ) { table 0.002, 0.998; }
probability ( alarm | burglary, earthquake ) {
  (yes, yes) 0.95, 0.05; (yes, no) 0.94, 0.06; (no, yes) 0.29, 0.71; (no, no) 0.001, 0.999;
}
probability ( john_calls | alarm ) { (yes) 0.9, 0.1; (no) 0.05, 0.95; }
probability ( mary_calls | alarm ) { (yes) 0.7, 0.3; (no) 0.01, 0.99; }
"""

PUBLISHED: Final = {
    "asia": "Chest clinic (Lauritzen & Spiegelhalter 1988)",
    "earthquake": "Burglar alarm (Pearl 1988; chances of Russell & Norvig)",
    "sprinkler": "Sprinkler: the graph of Pearl 2009, figure 1.2; chances invented",
    "child": "CHILD (Spiegelhalter & Cowell 1992)",
    "alarm": "ALARM (Beinlich et al. 1989)",
}
"""Name -> what it is and where it comes from."""

_SHORT: Final = {"asia": ASIA, "earthquake": ALARM_AT_HOME, "sprinkler": SPRINKLER}


def published(name: str) -> str:
    """One of the `PUBLISHED` networks as BIF."""
    if name in _SHORT:
        return _SHORT[name]
    return (Path(__file__).parent / "networks" / f"{name}.bif").read_text(encoding="utf-8")
