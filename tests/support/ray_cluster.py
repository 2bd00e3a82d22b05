"""A Ray cluster of three machines, made up on this one.

Ray is not among what the tests install (`[test]`), as it has 240 MB; those
that need it are skipped where it is missing.
"""

import os
import threading
import time
from contextlib import contextmanager
from typing import Callable, Iterator

import pytest

from tests.support.helpers import ROOT


@contextmanager
def three_nodes() -> Iterator:
    """Three nodes of one CPU each; the driver's is the first."""
    import ray
    from ray.cluster_utils import Cluster

    paths = [str(ROOT), *filter(None, [os.environ.get('PYTHONPATH')])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv('PYTHONPATH', os.pathsep.join(paths))
        cluster = Cluster(
            initialize_head=True,
            head_node_args=dict(num_cpus=1, include_dashboard=False),
        )
        for _ in range(2):
            cluster.add_node(num_cpus=1)
        ray.init(address=cluster.address, log_to_driver=False)
        yield cluster
        ray.shutdown()
        cluster.shutdown()


@contextmanager
def node_for_a_while(cluster, is_time: Callable[[], bool]) -> Iterator[None]:
    """Add a fourth node, and take it away once it is time for that."""
    node = cluster.add_node(num_cpus=1)

    def take_away() -> None:
        while not is_time():
            time.sleep(0.01)
        cluster.remove_node(node, allow_graceful=False)

    thread = threading.Thread(target=take_away)
    thread.start()
    yield
    thread.join()
