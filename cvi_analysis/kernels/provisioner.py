"""The kernel provisioner `cvi-fork-provisioner`."""

from __future__ import annotations


class ForkProvisioner:
    """Placeholder until the provisioner lands."""
