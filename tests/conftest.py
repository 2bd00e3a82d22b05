import gc
import os
import shutil
import signal

# Small tensors: threads would only wait for each other; tools inherit it.
os.environ.setdefault('OMP_NUM_THREADS', '1')

import pytest
import torch
from mmengine.registry import init_default_scope

import rtfm_mmaction  # noqa: F401  repairs the stack, registers components

# A shell that starts the suite in the background has it ignored.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish():
    """Let the garbage collection pass over all that is imported.

    mmengine collects for each data set that is built, 0.2 s each time with all
    the objects of torch and mmaction.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _scope_and_seed():
    """Bare component names, and the same random numbers in each test."""
    init_default_scope('mmaction')
    torch.manual_seed(0)


@pytest.fixture(scope='module')
def module_path(tmp_path_factory):
    """An empty folder for a module's tests, gone after them."""
    folder = tmp_path_factory.mktemp('module')
    yield folder
    shutil.rmtree(folder)
