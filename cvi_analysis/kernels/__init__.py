"""Notebook execution: one fresh IPython process a notebook, forked from a warm server.

An ordinary kernel spends seconds importing pandas and matplotlib before its first cell. Here one
process imports them once and forks a kernel for every notebook, so that each notebook still gets
its own process, with nothing left over from the one before.

- `warm.start_server` starts the server, `warm.use_server` points a worker process to it.
- `runner.run_notebook` executes one notebook, over the server or in an ordinary kernel.
- `normalize.normalize` takes out of an executed notebook what differs from run to run.

Where forking is not safe (macOS, Windows), every kernel is an ordinary one and the results are
the same.
"""
