"""Folders of detectors that somebody else has written. Oracle: the keys that
were changed by hand.
"""

import json

import pytest
import torch
from mmengine.registry import init_default_scope

from rtfm_mmaction.apis.detector_folder import (
    read_detector_folder,
    write_detector_folder,
)
from rtfm_mmaction.apis.fitting.alarms import RULE
from rtfm_mmaction.apis.fitting.members import Branch, Member, Scaled, assemble
from rtfm_mmaction.apis.loading import load_detector
from rtfm_mmaction.datasets.feature_record import FeatureRecord
from rtfm_mmaction.engine.detector_record import DetectorRecord

C = 4


@pytest.fixture(scope='module')
def folder(module_path):
    """One plane on features of four channels."""
    init_default_scope('mmaction')
    member = Member(
        Branch(
            'one', dict(type='IdentityNeck'), {}, torch.zeros(C), torch.ones(C)
        ),
        dict(type='LinearSVMHead'),
        dict(weight=torch.ones(C), bias=torch.zeros(())),
    )
    built = assemble([Scaled(member)], C, 'average')
    record = DetectorRecord(built.config, FeatureRecord(C, 1, 16))
    write_detector_folder(module_path, built.detector, record, RULE, {})
    return module_path


def test_what_was_written_is_read(folder):
    found = read_detector_folder(folder)
    assert found.rule == RULE and found.record.features.channels == C
    assert load_detector(None, str(folder)).in_channels == C


@pytest.fixture
def other(folder):
    """Writes a value into detector.json, for the time of a test."""
    path = folder / 'detector.json'
    before = path.read_text()

    def write(keys, value):
        content = json.loads(before)
        place = content
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value
        path.write_text(json.dumps(content))
        return str(folder)

    yield write
    path.write_text(before)


MODEL = ('detector', 'model')
LAYOUT = ('detector', 'features', 'layout')
HEAD = (*MODEL, 'head', 'heads', 0)


@pytest.mark.parametrize(
    ('keys', 'value', 'words'),
    [
        (('rule',), list(RULE.__dict__), 'rule: found list'),
        (('rule', 'max_gap'), 10**400, 'rule.max_gap: a number of 1329 bits'),
        (('rule', 'high'), float('inf'), 'finite thresholds'),
        (('detector',), [], 'expected a detector as rtfm fit writes it'),
        (('detector',), 'x', 'expected a detector as rtfm fit writes it'),
        (('weights_sha256',), 3, 'expected the weights that'),
        ((*LAYOUT, 'name'), None, 'layout: name must be a file name'),
        ((*LAYOUT, 'first_crop'), 0.5, 'layout: first_crop must be a file'),
        (MODEL, {}, 'can be built'),
        ((*MODEL, 'neck'), None, 'can be built'),
        ((*MODEL, 'neck', 'necks'), [3], 'can be built'),
        ((*MODEL, 'head', 'heads'), 'x', 'can be built'),
        ((*HEAD, 'type'), 'os.system', 'registered modules'),
        ((*HEAD, 'branch'), -1, 'describes, found others'),
        ((*HEAD, 'crop_mode'), [], 'describes, found others'),
        ((*MODEL, 'in_channels'), 10**9, 'describes, found others'),
        ((*MODEL, 'in_channels'), 'x', 'can be built'),
    ],
)
def test_what_cannot_be_is_told(other, keys, value, words):
    """One kind of error, before anything large is made."""
    folder = other(keys, value)
    with pytest.raises(ValueError, match=words):
        load_detector(None, folder)
