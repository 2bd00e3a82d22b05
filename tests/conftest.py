import pytest
import torch
from mmengine.registry import init_default_scope

import rtfm_mmaction  # noqa: F401  repairs the stack, registers components


@pytest.fixture(autouse=True)
def _scope_and_seed():
    """Bare component names, and the same random numbers in each test."""
    init_default_scope('mmaction')
    torch.manual_seed(0)
