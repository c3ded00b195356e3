"""The buttons that save a picture, as a Streamlit component."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import streamlit as st

_FOLDER: Final = Path(__file__).parent
_SIZE: Final = re.compile(r'<svg [^>]*?\bwidth="([\d.]+)" height="([\d.]+)"')

_mount = st.components.v2.component(
    "dostudio_picture_download",
    html='<div class="picture-download"></div>',
    js=(_FOLDER / "download.js").read_text(encoding="utf-8"),
    css=(_FOLDER / "download.css").read_text(encoding="utf-8"),
)


def picture_download(svg: str, name: str, key: str) -> None:
    """Two buttons: the picture as PNG, drawn by the browser at twice its size on white, and as SVG.

    The files are made in the browser; nothing is asked of any other machine.

    Args:
        svg: The picture, with its width and height in pixels, as `causal_core.graph.svg.to_svg` gives it.
        name: What the files are called, without their ending.
        key: The component's key.

    Raises:
        ValueError: The picture does not say its size.
    """
    size = _SIZE.match(svg)
    if size is None:
        raise ValueError("The picture has no width and height in pixels.")
    plain = re.sub(r"[^\w.-]+", "_", name).strip("._") or "graph"
    width, height = (float(part) for part in size.groups())
    _mount(key=key, height="content", data={"svg": svg, "name": plain, "width": width, "height": height})
