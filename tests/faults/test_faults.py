"""A tenth of the faults; ``make faults`` tries all of them."""

import pytest

from tests.faults.holding import check
from tests.faults.place import Lab
from tests.faults.rows import ALL
from tests.faults.table import draw


@pytest.fixture(scope='module')
def lab(module_path):
    """What all faults are made in."""
    return Lab(module_path)


@pytest.mark.parametrize(
    'fault', draw(list(ALL.values())), ids=lambda fault: fault.id
)
def test_both_promises_are_kept(lab, fault):
    """Oracle: the outputs of a run that was never disturbed."""
    check(lab, fault)


def test_there_are_a_hundred_faults_of_all_groups():
    """Property: groups of damage, disks, kills, rights, clocks, servers."""
    groups = {fault.group for fault in ALL.values()}
    assert len(ALL) >= 100
    assert groups >= {
        'features', 'checkpoints', 'sidecars', 'annotations', 'lists',
        'videos', 'frames', 'store', 'thresholds', 'predictions', 'exports',
        'configs', 'disks', 'kills', 'rights', 'open files', 'clocks',
        'servers', 'shards', 'joined stores', 'ray', 'addresses', 'still',
        'exported streams',
    }  # fmt: skip
