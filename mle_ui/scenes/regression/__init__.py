"""What the page /regression computes: a line and its noise, and what other noise makes of the same points."""
