"""Building many reports: what they look like here, and what renders them."""
