"""`cvi bench`: how long reports take here, beside the ways that people would otherwise use."""
