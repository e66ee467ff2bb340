"""Pure functions: numbers in, Plotly figure out. They know neither Streamlit nor a page's state.

A trace that the drag layer moves carries its mark's name in `meta`.
"""
