"""The entry point: `streamlit run app.py` finds the app below and serves it."""

import streamlit as st

app = st.App("mle_ui/shell.py")
