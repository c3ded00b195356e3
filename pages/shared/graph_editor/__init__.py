"""The graph editor: draw a causal graph with mouse, touch or keys; Python owns the result."""

from pages.shared.graph_editor.component import Highlight, graph_editor, incoming
from pages.shared.graph_editor.state import EditorState

__all__ = ["EditorState", "Highlight", "graph_editor", "incoming"]
