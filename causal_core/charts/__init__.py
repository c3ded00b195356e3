"""A Plotly figure for each result."""
