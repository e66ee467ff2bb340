"""The frame around every page: navigation, style, and the one place where a page starts and where its failures end."""

import logging
import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # a host may start the shell from anywhere
    sys.path.insert(0, str(ROOT))

from mle_ui import catalogue, controls  # noqa: E402

st.set_page_config(
    page_title="Maximum likelihood explorer", page_icon=str(Path(__file__).parent / "icon.svg"), layout="wide"
)
st.html(Path(__file__).parent / "shell.css")

_pages = {
    page.url: st.Page(page.file, title=page.title, icon=page.icon, url_path=page.url or None, default=not page.url)
    for page in catalogue.pages()
}
_here = st.navigation(list(_pages.values()), position="top")
controls.forget(_here.url_path)
try:
    _here.run()  # reruns and stops are no `Exception`
except Exception:
    logging.getLogger(__name__).exception("page %r failed", _here.url_path)
    st.error(
        "This state cannot be drawn, and that is our mistake; open the page without what follows “?” in the address.",
        icon=":material/error:",
    )
