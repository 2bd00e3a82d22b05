"""Plans of composed videos, checked shot by shot."""

import dataclasses
from collections import Counter

import pytest

from rtfm_mmaction.workshop.composing import plan_videos
from tests.workshop.composing_data import SETTINGS, make_clip, make_clips


def pairs_of(plans):
    """(abnormal, normal) of each pair."""
    pairs = {}
    for plan in plans:
        pairs.setdefault((plan.subset, plan.pair), {})[plan.label] = plan
    return [(pair[1], pair[0]) for pair in pairs.values()]


CASES = {
    'plain': (make_clips(), SETTINGS),
    'scenes': (make_clips(40, 80, 13), SETTINGS),
    'many clips': (
        make_clips(9, 63),
        dataclasses.replace(SETTINGS, normal_clips=3, events=(1, 1), seed=5),
    ),
    'more clips than gaps': (
        make_clips(9, 99),
        dataclasses.replace(SETTINGS, normal_clips=5, events=(2, 2), seed=1),
    ),
}


@pytest.fixture(params=list(CASES))
def case(request):
    clips, settings = CASES[request.param]
    return clips, settings, plan_videos(clips, settings)


def test_each_clip_is_in_one_video(case):
    """Oracle: count. As many videos as asked for, half of them abnormal; the
    sets of clips of all videos are disjoint, so those of the subsets are;
    each video of a pair shows as many clips, the abnormal one a single
    abnormal clip, which is of its class."""
    _, settings, plans = case
    assert Counter((plan.subset, plan.label) for plan in plans) == {
        ('train', 1): 4,
        ('train', 0): 4,
        ('val', 1): 2,
        ('val', 0): 2,
        ('test', 1): 3,
        ('test', 0): 3,
    }
    shown = [{shot.clip for shot in plan.shots} for plan in plans]
    assert {len(clips) for clips in shown} == {settings.normal_clips + 1}
    assert max(Counter(c for clips in shown for c in clips).values()) == 1
    for plan, clips in zip(plans, shown):
        kinds = Counter(clip.kind for clip in clips)
        assert kinds.pop('Normal') == settings.normal_clips + 1 - plan.label
        assert kinds == ({plan.class_name: 1} if plan.label else {})


def test_pairs_differ_in_their_clips_alone(case):
    """Oracle: the shots of both videos. Lengths, cuts, windows and turns are
    the same ones at the same frames, and neighbours show different clips."""
    *_, plans = case
    for pair in pairs_of(plans):
        abnormal, normal = (
            [(s.start, s.end, s.window, s.phase) for s in plan.shots]
            for plan in pair
        )
        assert abnormal == normal
        assert pair[0].turns == pair[1].turns > 0
        for plan in pair:
            for one, other in zip(plan.shots, plan.shots[1:]):
                assert one.clip != other.clip


def test_shots_fill_the_video_and_obey_the_settings(case):
    """Oracle: the settings, frame by frame: each frame is in one shot; the
    windows lie within their clips; events, their share and the length are in
    the ranges; the intervals are the frames of the abnormal clip."""
    _, settings, plans = case
    for plan in plans:
        shown = []
        for shot in plan.shots:
            shown += [shot.clip.kind != 'Normal'] * (shot.end - shot.start)
            assert shot.start + 32 <= shot.end == len(shown)
            clip = shot.clip
            played = int(clip.frames / clip.rate * settings.fps + 1e-6)
            assert 16 <= shot.window <= played - shot.first
            assert shot.first >= 0
        assert len(shown) == plan.frames
        assert 12 * 30 <= plan.frames <= 20 * 30
        marked = [False] * plan.frames
        for start, end in plan.intervals:
            marked[start:end] = [True] * (end - start)
        assert marked == shown
        if plan.label:
            low, high = settings.share
            assert low - 0.01 <= sum(marked) / plan.frames <= high + 0.01
            low, high = settings.events
            assert low <= len(plan.intervals) <= high


def test_scenes_stay_in_one_subset_and_match():
    """Oracle: the clips' scenes. None is in two subsets, and what stands in
    the event's place shows the event's scene."""
    clips, settings = CASES['scenes']
    plans = plan_videos(clips, settings)
    scenes = {'train': set(), 'val': set(), 'test': set()}
    for plan in plans:
        scenes[plan.subset] |= {shot.clip.scene for shot in plan.shots}
    assert len(set().union(*scenes.values())) == sum(map(len, scenes.values()))
    for abnormal, normal in pairs_of(plans):
        for one, other in zip(abnormal.shots, normal.shots):
            if one.clip.kind != 'Normal':
                assert one.clip.scene == other.clip.scene


def test_same_seed_same_plan():
    """Oracle: equality; another seed gives another plan. The first video of
    a pair is abnormal in some pairs and normal in others."""
    clips, settings = CASES['plain']
    plans = plan_videos(clips, settings)
    assert plans == plan_videos(clips, settings)
    assert plans != plan_videos(clips, dataclasses.replace(settings, seed=1))
    assert 0 < sum(plan.label for plan in plans[::2]) < len(plans) // 2


def test_events_and_lengths_vary():
    """Oracle: counts over 60 pairs: one, two and three events, some videos
    that begin with one, some that end with one, lengths over the range."""
    settings = dataclasses.replace(SETTINGS, train=50, test=10)
    plans = plan_videos(make_clips(60, 180), settings)
    abnormal = [plan for plan in plans if plan.label]
    assert {len(plan.intervals) for plan in abnormal} == {1, 2, 3}
    for touching in (
        sum(plan.intervals[0][0] == 0 for plan in abnormal),
        sum(plan.intervals[-1][1] == plan.frames for plan in abnormal),
    ):
        assert 10 < touching < 50
    assert min(plan.frames for plan in plans) < 390
    assert max(plan.frames for plan in plans) > 570


@pytest.mark.parametrize(
    'clips, possible',
    [
        (make_clips(8, 60), 8),
        (make_clips(20, 26), 8),
        # Scenes 0 to 4 have two of 10 abnormal clips each, and one normal clip
        # each of those that are dealt to 10 scenes.
        (
            [make_clip(i, 'Fighting', f's{i % 5}') for i in range(10)]
            + [make_clip(i, scene=f's{i % 10}') for i in range(60)],
            10,
        ),
        (
            [make_clip(i, 'Fighting', f's{i % 5}') for i in range(90)]
            + [make_clip(i, scene=f's{i // 4}') for i in range(90)],
            20,
        ),
    ],
)
def test_too_many_videos_are_refused(clips, possible):
    """Oracle: by hand. A pair takes an abnormal clip and three normal ones:
    min(8, 60 // 3), min(20, 26 // 3), min(10, 60 // 3); in the last case five
    scenes have four normal clips each, so 20 couples."""
    with pytest.raises(ValueError, match=f'enough for {possible}: '):
        plan_videos(
            clips, dataclasses.replace(SETTINGS, train=possible, test=1)
        )


def test_all_clips_can_be_used():
    """Oracle: 18 normal clips are what 6 pairs take, and none is left."""
    plans = plan_videos(
        make_clips(6, 18), dataclasses.replace(SETTINGS, train=4, test=2)
    )
    assert len({shot.clip for plan in plans for shot in plan.shots}) == 24


def test_scenes_that_cannot_be_divided_are_told():
    """Oracle: one scene cannot be in both subsets."""
    with pytest.raises(ValueError, match='divide the scenes'):
        plan_videos(make_clips(20, 60, 1), SETTINGS)


@pytest.mark.parametrize(
    'changes, message',
    [
        (dict(train=0), 'train: found 0, expected at least 1'),
        (dict(val=6), 'val: found 6, expected .*fewer than the 6 training'),
        (dict(val=-1), 'val: found -1'),
        (dict(normal_clips=0), 'normal_clips: found 0'),
        (dict(fps=0.0), 'fps: found 0.0, expected above 0'),
        (dict(fps=float('nan')), 'fps: found nan'),
        (dict(seed=-1), 'seed: found -1'),
        (dict(seconds=(20.0, 12.0)), r'seconds: found \(20.0, 12.0\)'),
        (dict(events=(0, 2)), 'events: .*from 1'),
        (dict(share=(0.3, 1.2)), 'share: .*from 0 to 1'),
        (
            dict(share=(0.1, 0.5)),
            'found 36 abnormal frames.*expected 96 for 3',
        ),
        (
            dict(share=(0.3, 0.7)),
            'found 108 normal frames.*expected 128 for 4',
        ),
    ],
)
def test_bad_settings_are_told(changes, message):
    """Oracle: the message names what was found and what was expected: 12 s
    are 360 frames, 36 of them a tenth, and three shots take 3 * 32."""
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(SETTINGS, **changes)
