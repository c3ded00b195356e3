"""Networks for tests."""

ODD = """
network "odd names" { property "author x"; }
// a comment
variable "node one" { type discrete [ 3 ] { a/b, "<c, d>", < 5 }; }
variable Größe { type discrete [ 2 ] { 5-12/kg, 12+ }; }
probability ( "node one" ) { table 0.2, 0.3, 0.5; }
probability ( Größe | "node one" ) { default 0.5, 0.5; ("<c, d>") 0.9, 0.1; }
"""
