"""Folders of trainings are of what is learned from. Oracle: what was changed
by hand.
"""

import numpy as np
import pytest
import torch
from torch import ones, zeros

from rtfm_mmaction.apis.fitting import cross_fitting
from rtfm_mmaction.apis.fitting.bags import Bags
from rtfm_mmaction.apis.fitting.cross_fitting import CrossFitting
from rtfm_mmaction.apis.fitting.members import Branch, Member
from rtfm_mmaction.apis.fitting.parts import Part
from rtfm_mmaction.apis.grid.run_grid import GridResult
from rtfm_mmaction.datasets.annotations import (
    load_annotations,
    save_annotations,
)
from rtfm_mmaction.models.heads import RTFMHead
from rtfm_mmaction.models.necks import MTN


@pytest.fixture
def fitting(tmp_path):
    """Makes one of four random videos, of which some may be changed."""

    def make(
        labels=(1, 1, 0, 0), names='abcd', folds=(0, 1, 0, 1), seed=0, **more
    ):
        rng = np.random.default_rng(seed)
        for name in names:
            np.save(
                tmp_path / f'{name}.npy',
                rng.random((5, 1, 4), dtype=np.float32),
            )
        entries = [
            {
                'video': name,
                'label': label,
                'class': 'Abnormal' if label else 'Normal',
                'frames': 80,
                'abnormal_intervals': None if label else [],
            }
            for name, label in zip(names, labels)
        ]
        ann_file = str(tmp_path / 'videos.json')
        save_annotations(ann_file, dict(dataset='random'), entries)
        source = dict(data_prefix=dict(features=str(tmp_path)))
        bags = Bags(ann_file, names, **source)
        return CrossFitting(
            bags,
            np.array(folds),
            ann_file,
            source,
            tmp_path / 'work',
            more.get('crop_mode', 'average'),
            0,
            1,
            more.get('overrides'),
        )

    return make


def test_a_part_is_judged_within_its_video(fitting, tmp_path):
    """Oracle: scores of its whole video, by a neck that looks at what is
    around a snippet."""
    whole = fitting()
    entries = load_annotations(tmp_path / 'videos.json')[1]
    stretch = np.array([1, 3])
    np.save(tmp_path / 'b@.npy', np.load(tmp_path / 'b.npy')[stretch])
    entries.append(dict(entries[1], video='b@', frames=32, label=0))
    entries[-1].update({'class': 'Normal', 'abnormal_intervals': []})
    ann_file = str(tmp_path / 'parts.json')
    save_annotations(ann_file, dict(dataset='random'), entries)
    bags = Bags(
        ann_file,
        'abcdb',
        [
            *(Part(name, True) for name in 'abcd'),
            Part('b@', False, True, tmp_path / 'b.npy', stretch, 80),
        ],
        data_prefix=dict(features=str(tmp_path)),
    )
    assert bags.lengths[4] == 2 and bags.whole_length(4) == bags.lengths[1]
    parts = CrossFitting(
        bags,
        np.array([0, 1, 0, 1, 1]),
        ann_file,
        whole.source,
        tmp_path / 'work',
        'average',
        0,
        1,
    )
    torch.manual_seed(0)
    neck, head = MTN(4), RTFMHead(4)
    member = Member(
        Branch('m', dict(type='MTN'), neck.state_dict(), zeros(4), ones(4)),
        dict(type='RTFMHead'),
        head.state_dict(),
    )
    found = parts._fitted('m', [member, member])
    alone = whole._fitted('m', [member, member])
    scale, center = found.spreads[1], found.centers[1]
    raw = alone.scores[1] * alone.spreads[1] + alone.centers[1]
    np.testing.assert_allclose(
        found.scores[4] * scale + center, raw[stretch], atol=1e-5
    )
    assert found.scores[1][stretch].tolist() == found.scores[4].tolist()


@pytest.mark.parametrize(
    'change',
    [
        dict(labels=(1, 0, 1, 0)),
        dict(names='abce'),
        dict(folds=(0, 1, 1, 0)),
        dict(seed=1),
        dict(crop_mode='instance'),
        dict(overrides={'optim_wrapper.optimizer.lr': 1e-3}),
    ],
)
def test_what_else_is_learned_lies_elsewhere(fitting, change):
    """A run of other videos, labels, features, folds or settings would have
    seen what this one holds out, and is never met."""
    first = fitting().place
    assert fitting().place == first
    assert fitting(**change).place != first


def test_a_training_that_fails_is_told_in_a_sentence(fitting, monkeypatch):
    """Oracle: the end of the log, which the terminal has shown before."""
    log = 'exit code 1, the end of a/log.txt:\nTraceback\nOSError: disk full'
    monkeypatch.setattr(
        cross_fitting,
        'run_grid',
        lambda cells, *_, **__: GridResult([], {cells[0].name: log}),
    )
    with pytest.raises(RuntimeError) as caught:
        fitting().train()
    said = str(caught.value)
    assert '\n' not in said and 'fold0/seed0: the training failed' in said
    assert 'a/log.txt: OSError: disk full; what is finished is kept' in said
