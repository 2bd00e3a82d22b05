"""The generator of synthetic videos: honest, repeatable, truthful."""

import dataclasses
import functools

import numpy as np
import pytest
from scipy.stats import ks_2samp
from sklearn.metrics import roc_auc_score

from rtfm_mmaction.workshop.synthetic import (
    CLASSES,
    DIFFICULTIES,
    NORMAL,
    annotate,
    draw_pair,
    plan_subset,
    render,
)
from rtfm_mmaction.workshop.synthetic.actors import (
    Track,
    event_intervals,
    visible_share,
)
from rtfm_mmaction.workshop.synthetic.camera import HEIGHT, WIDTH, Camera
from rtfm_mmaction.workshop.synthetic.person import (
    FOOT_L,
    FOOT_R,
    gait_of,
    person_joints,
)

EASY = DIFFICULTIES['easy']


@functools.lru_cache(maxsize=None)  # 300 pairs take seconds
def pair(seed, index):
    return draw_pair((seed, index), CLASSES[index % len(CLASSES)], EASY)


def pairs(count, seed=11):
    return [pair(seed, index) for index in range(count)]


def ordinary(plans, key):
    return [
        getattr(actor, key)
        for plan in plans
        for actor in plan.actors
        if not actor.anomalous
    ]


# ------------------------------------------------------------- honesty


def test_a_pair_differs_in_the_event_alone():
    """Oracle: the definition. All that is drawn once for a pair is equal:
    scene (layout, light, noise), length, number of figures; the normal one
    has no anomalous figure, the abnormal one has between 1 and 3."""
    for abnormal, normal in pairs(40):
        assert abnormal.scene == normal.scene
        assert abnormal.frames == normal.frames
        assert len(abnormal.actors) == len(normal.actors)
        standing = [
            sum(actor.direction == 0 for actor in plan.actors)
            for plan in (abnormal, normal)
        ]
        assert standing[0] == standing[1]
        assert not any(actor.anomalous for actor in normal.actors)
        assert 1 <= sum(actor.anomalous for actor in abnormal.actors) <= 3
        assert normal.intervals() == [] and normal.label == 0
        assert abnormal.label == 1


@pytest.mark.parametrize('key', ['speed', 'size', 'offset', 'sway', 'phase'])
def test_walkers_of_both_kinds_come_from_one_distribution(key):
    """Oracle: the two-sample Kolmogorov-Smirnov test over 300 pairs, whose
    hypothesis of one distribution must stand (p > 0.01, fixed seed)."""
    abnormal, normal = zip(*pairs(300))
    found = ks_2samp(ordinary(abnormal, key), ordinary(normal, key))
    assert found.pvalue > 0.01


@pytest.mark.parametrize('side', [0, 1])
def test_people_do_not_depend_on_the_scene(side):
    """Oracle: correlation, about 0 +- 0.06 for independent draws in 300
    pairs. (One random stream for scene and people would make some of them
    1, in one of the two kinds, and so tell them apart.)"""
    plans = [both[side] for both in pairs(300)]
    scene = np.array(
        [
            (
                p.scene.camera.height,
                p.scene.camera.focal,
                p.scene.camera.horizon,
                p.scene.gain,
                p.scene.noise,
            )
            for p in plans
        ]
    )
    people = np.array(
        [
            [
                (actor.offset, actor.speed, actor.size, actor.phase)
                for actor in plan.actors[:3]
            ]
            for plan in plans
        ]
    )
    people = people.reshape(len(plans), -1)
    found = np.corrcoef(scene, people, rowvar=False)[:5, 5:]
    assert np.abs(found).max() < 0.25


def test_scenes_and_lengths_differ_between_pairs():
    """Oracle: counts. 40 pairs have 40 scenes, both flows, all back walls,
    and lengths over the whole of 160..400 frames."""
    plans = [plan for plan, _ in pairs(40)]
    assert len({plan.scene for plan in plans}) == 40
    assert {plan.scene.flow for plan in plans} == {-1, 1}
    assert len({plan.scene.back_wall for plan in plans}) == 3
    lengths = [plan.frames for plan in plans]
    assert 160 <= min(lengths) < 190 and 370 < max(lengths) <= 400


def test_events_happen_at_any_time():
    """Oracle: counts over 60 videos. Middles of the events fall into every
    third of the videos at least 15% of the time; no interval leaves the
    video; at least 16 frames are abnormal; some events touch an end."""
    middles, touching = [], 0
    for plan, _ in pairs(60):
        spans = plan.intervals()
        assert all(0 <= start < end <= plan.frames for start, end in spans)
        assert sum(end - start for start, end in spans) >= 16
        middles.append((spans[0][0] + spans[-1][1]) / 2 / plan.frames)
        touching += spans[0][0] == 0 or spans[-1][1] == plan.frames
    thirds, _ = np.histogram(middles, 3, (0, 1))
    assert thirds.min() >= 0.15 * 60
    assert 5 < touching < 55


def test_global_statistics_do_not_tell_the_classes():
    """Oracle: chance. Over 12 pairs, the AUC of telling abnormal from normal
    videos by mean brightness, by its deviation, by the noise from frame to
    frame of a still corner and by length is near 0.5."""
    figures, labels = [], []
    for both in pairs(12, seed=5):
        for plan in both:
            picks = np.linspace(0, plan.frames - 1, 3).astype(int)
            frames = np.stack(list(render(plan, picks))).astype(float)
            corner = frames[:, 2:10, 2 : WIDTH - 2]
            figures.append(
                (
                    frames.mean(),
                    frames.std(),
                    np.abs(np.diff(corner, axis=0)).mean(),
                    plan.frames,
                )
            )
            labels.append(plan.label)
    for figure in zip(*figures):
        assert 0.35 <= roc_auc_score(labels, figure) <= 0.65


# ------------------------------------------------------------- truth


def changed_pixels(plan, frames):
    """Pixels that the event changes, in each of the frames."""
    twins = zip(render(plan, frames), render(plan.without_event(), frames))
    return [
        int((np.abs(a.astype(int) - b) > 12).any(-1).sum()) for a, b in twins
    ]


@pytest.mark.parametrize('name', CLASSES)
def test_pixels_change_where_the_intervals_say(name):
    """Oracle: the same video drawn without the event. Inside the interval
    pixels differ, as many as a figure has; far outside, none do (camera
    noise and flicker included)."""
    plan, _ = draw_pair((21, 3), name, EASY)
    ((start, end),) = plan.intervals()
    inside = np.linspace(start + 6, end - 7, 5).astype(int)
    assert min(changed_pixels(plan, inside)) > 100
    outside = [
        frame
        for frame in range(0, plan.frames, 25)
        if frame < start - 60 or frame >= end + 60
    ]
    assert outside
    assert max(changed_pixels(plan, outside)) == 0


def test_frame_differences_show_the_event():
    """Oracle: frame differencing, which knows nothing of the plan. Over 9
    videos of fast events, moving pixels are on average at least 1.5 times
    as many inside the interval as outside."""
    ratios = []
    for index in range(9):
        plan, _ = draw_pair((8, index), CLASSES[index % 3], EASY)
        spans = plan.intervals()

        def moving(frames):
            now = np.stack(list(render(plan, frames))).astype(int)
            before = np.stack(list(render(plan, frames - 1))).astype(int)
            return (np.abs(now - before).max(-1) > 30).mean()

        inside = np.concatenate([np.arange(*span) for span in spans])
        outside = np.setdiff1d(np.arange(plan.frames), inside)
        picks = [
            part[np.linspace(1, len(part) - 1, 6).astype(int)]
            for part in (inside, outside)
        ]
        ratios.append(moving(picks[0]) / moving(picks[1]))
    assert np.exp(np.mean(np.log(ratios))) > 1.5


def boxes_track(left, anomalous):
    left = np.array(left, float)
    boxes = np.stack([left, left * 0 + 50, left + 40, left * 0 + 100], 1)
    none = np.zeros((len(left), 1, 2))
    return Track(none, none, left, left, boxes, (), anomalous)


def test_intervals_of_hand_placed_boxes():
    """Oracle: by hand. A box 40 wide is in the picture by 0, 8, 10, 40, 30,
    5 and 20 columns: shares 0, .2, .25, 1, .75, .125, .5; visible from .25
    on. A second figure adds the frames it is seen in; walkers count not."""
    event = boxes_track([-60, -32, -30, 100, 290, 315, 300], True)
    walker = boxes_track([100] * 7, False)
    np.testing.assert_allclose(
        visible_share(event.boxes), [0, 0.2, 0.25, 1, 0.75, 0.125, 0.5]
    )
    assert event_intervals([walker, event]) == [(2, 5), (6, 7)]
    second = boxes_track([100, 100, -90, -90, -90, 300, -90], True)
    assert event_intervals([second, event]) == [(0, 7)]
    assert event_intervals([walker]) == []


def test_wrong_way_goes_against_everybody():
    """Oracle: signs. In the picture the event's figures move to one side,
    all walkers to the other one."""
    for index in range(12):
        plan, _ = draw_pair((2, index), 'WrongWay', EASY)
        flow = {}
        for actor, track in zip(plan.actors, plan.tracks()):
            if actor.direction:
                column = track.joints[:, 0, 0]
                flow.setdefault(actor.anomalous, set()).add(
                    float(np.sign(column[-1] - column[0]))
                )
        assert flow[True] == {-plan.scene.flow}
        assert flow[False] == {plan.scene.flow}


@pytest.mark.parametrize('name', CLASSES)
def test_difficulty_is_the_contrast_of_speed_and_size(name):
    """Oracle: order. From one seed an event is slower, and a vehicle
    smaller, the harder it is, and never slower than a walker's 1 m/s; the
    people around are the same."""
    plans = [
        draw_pair((4, 1), name, DIFFICULTIES[level])[0]
        for level in ('easy', 'medium', 'hard')
    ]
    speeds, sizes = zip(
        *[
            next((a.speed, a.size) for a in plan.actors if a.anomalous)
            for plan in plans
        ]
    )
    assert speeds[0] > speeds[1] > speeds[2] > 1
    assert (sizes[0] > sizes[1] > sizes[2]) == (name in ('Cyclist', 'Cart'))
    assert len({plan.without_event().actors for plan in plans}) == 1
    assert len({plan.scene for plan in plans}) == 1


# ------------------------------------------------------------- rendering


def test_same_seed_same_frames():
    """Oracle: equality. Two drawings of one seed agree in every pixel, one
    frame alone is the one of the whole video, and another seed differs."""
    first, _ = draw_pair((1, 2), 'Cart', EASY)
    again, _ = draw_pair((1, 2), 'Cart', EASY)
    assert first == again
    whole = list(render(first))
    assert len(whole) == first.frames
    picked = list(render(again, [3, 100]))
    np.testing.assert_array_equal(picked, [whole[3], whole[100]])
    other, _ = draw_pair((1, 3), 'Cart', EASY)
    assert not np.array_equal(next(render(other, [3])), whole[3])


def test_frames_have_shape_noise_and_flicker():
    """Oracle: the drawn noise. Where nothing moves, two frames differ by
    noise alone; the deviation of the difference over sqrt(2) is the scene's
    noise, times sqrt(0.9^2 + 0.45^2) = 1.006, within 15%."""
    plan, _ = draw_pair((1, 2), 'Cart', EASY)
    scene = dataclasses.replace(plan.scene, noise=4.0, flicker=0.003, gain=0.9)
    still = dataclasses.replace(plan, scene=scene, actors=())
    one, two = (frame.astype(float) for frame in render(still, [0, 1]))
    assert one.shape == (HEIGHT, WIDTH, 3)
    # Away from black and white, where the noise is cut off.
    grey = (one.min(-1) > 30) & (one.max(-1) < 225)
    deviation = (one - two)[grey].std() / np.sqrt(2)
    assert deviation == pytest.approx(4 * 1.006, rel=0.15)
    means = [frame.mean() for frame in render(still, range(0, 160, 8))]
    assert 0 < np.std(means) < 3


def test_people_are_large_enough_to_be_seen():
    """Oracle: the brief, 30 to 75 pixels. Heights of all walkers, from foot
    to crown, in frames in which they are wholly in the picture."""
    heights = []
    for plan, _ in pairs(20):
        for actor, track in zip(plan.actors, plan.tracks()):
            if actor.kind == 'person' and not actor.anomalous:
                whole = visible_share(track.boxes) == 1
                heights += np.ptp(track.joints[whole, :, 1], 1).tolist()
    assert 30 < np.percentile(heights, 1) and np.percentile(heights, 99) < 75


def test_camera_finds_the_ground_point_again():
    """Oracle: inverse. Projecting the ground point of a pixel gives the
    pixel; a camera 8 m high with a focal length of 300 whose horizon is row
    -40 shows the ground 10 m ahead in row -40 + 300·8/10 = 200."""
    camera = Camera(height=8.0, focal=300.0, horizon=-40.0)
    np.testing.assert_allclose(
        camera.project(np.array([0.0, 0.0, 10.0])), [WIDTH / 2, 200.0]
    )
    columns, rows = np.meshgrid(
        np.arange(0.0, 320, 40), np.arange(10.0, 240, 40)
    )
    x, z = camera.ground(columns, rows)
    back = camera.project(np.stack([x, np.zeros_like(x), z], -1))
    np.testing.assert_allclose(back, np.stack([columns, rows], -1), atol=1e-9)


@pytest.mark.parametrize('speed, airborne', [(1.3, False), (4.0, True)])
def test_walkers_keep_a_foot_on_the_ground(speed, airborne):
    """Oracle: what walking is. A walker's lower foot is at height 0 in every
    phase; a runner leaves the ground in some; no foot goes below it."""
    phase = np.linspace(0, 2 * np.pi, 50)
    joints = person_joints(phase, 1.7, gait_of(speed))
    lower = joints[:, [FOOT_L, FOOT_R], 2].min(1)
    assert lower.min() >= -1e-9
    assert (lower.max() > 0.05) == airborne


# ------------------------------------------------------------- subsets


def test_subset_is_balanced_and_its_names_are_silent():
    """Oracle: counts. Of 24 videos 12 are abnormal, 3 of each class; the
    position in a pair does not tell the label."""
    plans = plan_subset('train', 24, 0, 'easy')
    names = [plan.class_name for plan in plans.values()]
    assert names.count(NORMAL) == 12
    assert all(names.count(name) == 3 for name in CLASSES)
    first = [plan.label for plan in list(plans.values())[::2]]
    assert 0 < sum(first) < 12
    assert list(plans)[:2] == ['plaza_train_000', 'plaza_train_001']


def test_odd_number_has_one_more_normal_video():
    """Oracle: counts, 3 normal of 5."""
    plans = plan_subset('test', 5, 0, 'easy')
    assert sorted(p.label for p in plans.values()) == [0, 0, 0, 1, 1]


def test_more_videos_do_not_change_the_first_ones():
    """Oracle: equality with a larger subset; and subsets and seeds differ."""
    few = plan_subset('test', 4, 3, 'hard')
    many = plan_subset('test', 8, 3, 'hard')
    assert few == {name: many[name] for name in few}
    scenes = [
        next(iter(plan_subset(*key, 'hard').values())).scene
        for key in (('test', 4, 3), ('train', 4, 3), ('test', 4, 4))
    ]
    assert len(set(scenes)) == 3


def test_annotations_keep_the_intervals_of_training_videos_back():
    """Oracle: the annotation format: null where label is 1 in training, []
    where it is 0; in the test file the plan's intervals."""
    plans = plan_subset('train', 6, 0, 'easy')
    for weak in (True, False):
        for entry in annotate(plans, weak):
            plan = plans[entry['video']]
            assert entry['class'] == plan.class_name
            assert entry['frames'] == plan.frames
            truth = [list(span) for span in plan.intervals()]
            assert entry['abnormal_intervals'] == (
                None if weak and plan.label else truth
            )


@pytest.mark.parametrize(
    'arguments, message',
    [
        (('val', 4, 0, 'easy'), "found 'val', expected one of train, test"),
        (('train', 4, 0, 'odd'), "found 'odd', expected one of easy"),
        (('train', 1, 0, 'easy'), 'found 1, expected at least 2'),
        (('train', 4, -1, 'easy'), 'found -1, expected 0 or more'),
    ],
)
def test_bad_settings_are_told(arguments, message):
    """Oracle: the message names what was found and what was expected."""
    with pytest.raises(ValueError, match=message):
        plan_subset(*arguments)
