"""Measuring: how long reports take here, beside papermill and nbconvert alone."""
