"""What each page computes, without Streamlit: settings → numbers → marks, words, checks and code. One folder a page."""
