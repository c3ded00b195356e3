"""The causal core of dostudio: graphs, identification, effects, uplift, policies. No Streamlit inside."""
