"""Graphs as text: dagitty, DOT, GML, JSON, lavaan, lines of arrows; written also as Mermaid and TikZ."""
