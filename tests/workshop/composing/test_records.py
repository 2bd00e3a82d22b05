"""Annotation files and card of a planned set."""

import dataclasses

import pytest

from rtfm_mmaction.datasets.annotations import load_annotations
from rtfm_mmaction.workshop.composing import plan_videos
from rtfm_mmaction.workshop.composing.records import (
    write_annotations,
    write_card,
)
from tests.workshop.composing_data import SETTINGS, make_clips


def write(folder, settings):
    clips = make_clips(40, 80, 13)
    plans = plan_videos(clips, settings)
    write_annotations(folder, plans, 'set')
    write_card(
        folder / 'card.md',
        plans,
        settings,
        (64, 48),
        clips,
        'set',
        'a command',
        'a licence',
    )
    return plans


def test_parts_of_the_training_videos(tmp_path):
    """Oracle: set algebra and the plans. fit.json and val.json are
    train.json in two parts that part no pair; test.json has the intervals,
    the others keep them back."""
    plans = {plan.name: plan for plan in write(tmp_path, SETTINGS)}
    found = {}
    for name in ('train', 'fit', 'val', 'test'):
        metainfo, videos = load_annotations(tmp_path / f'{name}.json')
        assert metainfo['subset'] == name
        assert metainfo['classes'] == sorted(
            {plan.class_name for plan in plans.values()} - {'Normal'}
        )
        found[name] = {video['video'] for video in videos}
        for video in videos:
            plan = plans[video['video']]
            spans = [list(span) for span in plan.intervals]
            assert bool(spans) == video['label'] == plan.label
            if name != 'test' and spans:
                spans = None
            assert video['abnormal_intervals'] == spans
    assert found['fit'] | found['val'] == found['train']
    assert not found['fit'] & found['val']
    assert found['train'] | found['test'] == set(plans)
    assert (len(found['val']), len(found['train'])) == (4, 12)
    for part in ('fit', 'val'):
        labels = {}
        for name in found[part]:
            labels.setdefault(plans[name].pair, set()).add(plans[name].label)
        assert all(both == {0, 1} for both in labels.values())


@pytest.mark.parametrize('val', [0, 2])
def test_card_has_a_line_for_each_kind_of_each_subset(tmp_path, val):
    """Oracle: sums over the plans; nothing is said of parts that are not."""
    plans = write(tmp_path, dataclasses.replace(SETTINGS, val=val))
    card = (tmp_path / 'card.md').read_text()
    for subset in {plan.subset for plan in plans}:
        for label, kind in ((1, 'abnormal'), (0, 'normal')):
            videos = [
                plan
                for plan in plans
                if (plan.subset, plan.label) == (subset, label)
            ]
            frames = sum(plan.frames for plan in videos)
            assert f'| {subset} | {kind} | {len(videos)} | {frames} |' in card
    for text in ('`fit.json`', '| val |'):
        assert (text in card) == bool(val)
    assert (tmp_path / 'val.json').exists() == bool(val)
    assert 'It shows the\nsame scene' in card
