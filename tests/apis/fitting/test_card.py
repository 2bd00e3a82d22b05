"""The model card. Oracle: figures and words by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from rtfm_mmaction.apis.fitting.alarms import Alarms
from rtfm_mmaction.apis.fitting.card import write_card
from rtfm_mmaction.evaluation.functional.alarm_rates import AlarmRate

ALONE = 'Each video is a group of its own'


def card(groups, low=0.25, before=None, refused=0):
    names = [f'normal/{name}' for name in 'abc']
    fitted = SimpleNamespace(
        bags=SimpleNamespace(
            videos=names, groups=groups, labels=np.array([1, 0, 0])
        ),
        alarms=Alarms(1.5, 1, 1, AlarmRate(0, 2.0), 1.0, False),
        choice=SimpleNamespace(candidates=[]),
    )
    videos = [
        dict(video=name, label=0, peak=-1.0, group=group, fold=0)
        for name, group in zip(names, groups)
    ]
    facts = dict(
        training=dict(method='UR-DMU', folds=2, videos=videos),
        judgement=dict(
            video_AUC=0.5,
            video_AP=0.75,
            video_AUC_interval=[low, 0.9],
            video_AP_interval=[None, None],
        ),
        threshold=dict(found=1, abnormal_videos=1, events=0, normal_hours=2),
        verdicts=dict(
            refused=dict(events=refused, above_threshold=0),
            confirmed=dict(events=0, above_threshold=0),
        ),
        chosen=dict(models=['RTFM'], ahead_by=0.1, next='plane', sure=0.9),
        versions=dict(torch='2.13'),
    )
    return write_card(fitted, facts, before=before)


def test_intervals_are_whole():
    """An end of 0 is a number; one that is not known is left out."""
    text = card(['x', 'x', 'y'], low=0.0)
    assert '| AUC of videos | 0.500 | 0.000 to 0.900 |' in text
    assert '| AP of videos | 0.750 |  |' in text
    assert 'The network is UR-DMU. Chosen was RTFM, by held-out' in text


@pytest.mark.parametrize(
    ('groups', 'alone'),
    [
        (['normal/a', 'normal/b', 'normal/c'], True),
        # Stretches that were judged, of a video and of one of no folder.
        (['normal/a', 'normal/a', 'judged/0_new'], True),
        (['gate', 'hall', 'hall'], False),
        (['gate', 'normal/b', 'normal/c'], False),
    ],
)
def test_what_flatters_is_said(groups, alone):
    text = card(groups)
    assert (ALONE in text) == alone
    assert 'chosen by these same scores' in text


@pytest.mark.parametrize(
    'before',
    [{}, dict(judgement=[1], threshold='x', chosen=3), dict(chosen=dict())],
)
def test_a_detector_before_that_says_little(before):
    """--from takes the detector.json of whoever made it."""
    assert '| AUC of videos | – | 0.5 |' in card(['x', 'x', 'y'], 0.2, before)


def test_what_became_of_verdicts_is_said():
    """Oracle: the words; nothing is said where no verdicts were given, with a
    detector before and without one."""
    text = card(['x', 'x', 'y'], refused=3)
    assert '## What changed\n\nOf 3 refused events 0 would still alarm' in text
    assert 'refused' not in card(['x', 'x', 'y'], before={})
    assert 'What changed' not in card(['x', 'x', 'y'])


def test_what_had_been_chosen_before():
    before = dict(
        chosen=dict(models=['A', 'B']), judgement=dict(video_AUC=0.4)
    )
    text = card(['x', 'x', 'y'], 0.2, before)
    assert 'Before, A and B had been chosen.' in text
    assert '| AUC of videos | 0.4 | 0.5 |' in text
