"""The graph as a picture: shown with its legend, and saved as PNG or SVG without leaving the browser."""

from pages.shared.picture_download.component import picture_download
from pages.shared.picture_download.panel import graph_picture

__all__ = ["graph_picture", "picture_download"]
