"""Which cells carry a magnitude: shares, their place, the snippets chosen.

Shapes: N crops, T snippets, C channels, t, h and w of a feature map.
"""

import copy

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from rtfm_mmaction.apis.cell_shares import (
    cell_shares,
    snippets_at,
    top_snippets,
)
from rtfm_mmaction.apis.explanation import explain, load_explained
from rtfm_mmaction.apis.explanation_files import write_explanation
from rtfm_mmaction.extraction.crop_canvas import crop_box, place_crops
from rtfm_mmaction.io.chosen_snippets import read_chosen
from rtfm_mmaction.io.crops import crop_grid, cut_crops
from rtfm_mmaction.io.timeline import Timeline
from rtfm_mmaction.io.video import Video, VideoError
from rtfm_mmaction.models.long_video import video_memory
from rtfm_mmaction.models.snippet_gradient import snippet_gradient
from tests.support.brightness import make_place
from tests.support.corner_videos import CORNERS, square_video
from tests.support.own_parts import LinearHead
from tests.support.random_detectors import CHANNELS, FORMS, build, features
from tests.support.tiny import make_video

MAPS = (
    np.random.default_rng(0)
    .uniform(0, 2, (2, CHANNELS, 2, 3, 3))
    .astype(np.float32)
)


def video_of(length, index):
    """Features of a video whose snippet ``index`` has the mean of MAPS."""
    rows = features(length, seed=1)
    rows[index] = MAPS.mean((2, 3, 4))
    return rows


def shares_of(model, rows, index, chunk=4):
    """What the package says: shares and magnitudes of a snippet of MAPS."""
    memory = video_memory(model, rows, chunk)
    measure, gradients, magnitudes = snippet_gradient(
        model, rows, memory, index
    )
    assert measure == 'magnitude'
    mean = getattr(model.data_preprocessor, 'feature_mean', None)
    reference = None if mean is None else mean.numpy()
    return cell_shares(MAPS, gradients, reference), magnitudes


@pytest.mark.parametrize('standardize', [False, True])
def test_without_a_neck_shares_add_up_to_the_magnitude(standardize):
    """Oracle: numpy's norm of the (standardised) mean of the map."""
    model = build('no_neck')
    expected = MAPS.mean((2, 3, 4), dtype=np.float64)
    if standardize:
        model.data_preprocessor = build('instances').data_preprocessor
        mean, std = (
            getattr(model.data_preprocessor, f'feature_{name}').numpy()
            for name in ('mean', 'std')
        )
        expected = (expected - mean) / std
    expected = np.linalg.norm(expected, axis=1)
    shares, magnitudes = shares_of(model, video_of(3, 1), 1)
    assert shares.shape == (2, 3, 3)
    np.testing.assert_allclose(magnitudes, expected, rtol=1e-5)
    np.testing.assert_allclose(shares.sum((1, 2)), expected, rtol=1e-5)


@pytest.mark.parametrize(
    'form, length, index',
    [
        ('released', 1, 0),
        ('released', 14, 0),
        ('released', 14, 13),
        *((form, 14, 7) for form in FORMS),
    ],
)
def test_shares_are_what_moving_a_cell_does(form, length, index):
    """Oracle: central differences in float64 through the mean over the map,
    standardising and the network on the whole video at once.

    Each form in the middle of a video, the whole one also at both ends and
    alone. A cell's vectors are stretched by 1 + e and 1 - e away from the reference;
    the crop's magnitude then differs by 2 e times the cell's share.
    """
    model, rows = build(form), video_of(length, index)
    shares, magnitudes = shares_of(model, rows, index)
    exact = copy.deepcopy(model).double()
    preprocessor = exact.data_preprocessor
    mean = getattr(preprocessor, 'feature_mean', torch.zeros(CHANNELS))

    @torch.no_grad()
    def magnitude_with(maps):
        bag = torch.from_numpy(rows).double().clone()
        bag[index] = maps.mean((2, 3, 4))
        bag = preprocessor.standardize_features(bag).transpose(0, 1)
        return exact.neck(bag[None])[0, :, index].norm(dim=-1)

    maps, step = torch.from_numpy(MAPS).double(), 1e-5
    np.testing.assert_allclose(magnitudes, magnitude_with(maps), rtol=1e-5)
    for row, column in np.ndindex(3, 3):
        moved = torch.zeros_like(maps)
        moved[..., row, column] = step * (
            maps[..., row, column] - mean[None, :, None]
        )
        expected = (
            magnitude_with(maps + moved) - magnitude_with(maps - moved)
        ) / (2 * step)
        np.testing.assert_allclose(
            shares[:, row, column], expected, rtol=1e-4, atol=1e-5
        )


class ScoreHead(LinearHead):
    """Gives crops' scores, and logits if asked to."""

    def __init__(self, with_logits):
        super().__init__(CHANNELS)
        self.with_logits = with_logits

    def predict(self, x):
        crops = self.layer(x)[..., 0]
        more = dict(logits=crops.mean(1)) if self.with_logits else {}
        return dict(
            scores=crops.mean(1).sigmoid(),
            crop_scores=crops.sigmoid().transpose(1, 2),
            **more,
        )


@pytest.mark.parametrize('index', [0, 8])
@pytest.mark.parametrize('neck', ['MTN', 'GRUNeck'])
@pytest.mark.parametrize('head', ['score', 'logit', 'alone'])
def test_without_magnitudes_the_score_is_explained(head, neck, index):
    """Oracle: central differences in float64 on the whole video at once; for
    a neck that works in pieces and for one that does not."""
    model, rows = build('released'), video_of(9, index)
    if neck != 'MTN':
        model.neck = MODELS.build(dict(type=neck, in_channels=CHANNELS))
    model.head = (
        LinearHead(CHANNELS)
        if head == 'alone'
        else ScoreHead(with_logits=head == 'logit')
    )
    model.eval()
    memory = video_memory(model, rows)
    assert (memory is None) == (neck == 'GRUNeck')
    measure, gradients, crops = snippet_gradient(model, rows, memory, index)
    assert measure == ('logit' if head == 'logit' else 'score')
    exact = copy.deepcopy(model).double()

    @torch.no_grad()
    def said(bag):
        context = exact.neck(torch.from_numpy(bag).transpose(0, 1)[None])
        return {
            key: value[0, index].numpy()
            for key, value in exact.head.predict(context).items()
        }

    bag, step = rows.astype(np.float64), 1e-5
    if head == 'alone':
        assert crops is None
    else:
        np.testing.assert_allclose(crops, said(bag)['crop_scores'], rtol=1e-4)
    for place in ((0, 0), (1, 5), (1, 31)):
        moved = np.zeros_like(bag)
        moved[index][place] = step
        above, below = (
            said(bag + sign * moved)[f'{measure}s'] for sign in (1, -1)
        )
        assert gradients[place] == pytest.approx(
            (above - below) / (2 * step), rel=1e-3, abs=1e-5
        )


def test_a_head_without_gradients_is_told():
    """One sentence that names the head."""

    class Frozen(LinearHead):
        @torch.no_grad()
        def predict(self, x):
            return super().predict(x)

    model = build('no_neck')
    model.head = Frozen(CHANNELS)
    with pytest.raises(ValueError, match='Frozen: expected a score that can'):
        snippet_gradient(model, features(3), None, 1)


@pytest.mark.parametrize(
    'layout, size, frame',
    [
        ('whole', 24, (24, 24)),
        ('five', 24, (40, 30)),
        ('ten', 24, (41, 31)),
        ('ten', 10, (41, 31)),
        ('tiles', 10, (40, 30)),
    ],
)
def test_placing_undoes_cutting(layout, size, frame):
    """Oracle: the picture that the crops were cut out of, and where a crop's
    box says that there is one."""
    width, height = frame
    picture = np.random.default_rng(1).random((height, width), np.float32)
    grid = crop_grid(layout, size, width, height)
    crops = cut_crops(np.repeat(picture[None, ..., None], 3, -1), grid, size)
    found = place_crops(
        np.stack([crop[0, ..., 0] for crop in crops]), grid, size, frame
    )
    covered = np.zeros((height, width), bool)
    for crop in grid:
        left, top, right, bottom = (
            np.multiply(crop_box(crop, size, frame), [width, height] * 2)
            .round()
            .astype(int)
        )
        covered[top:bottom, left:right] = True
    np.testing.assert_array_equal(np.isfinite(found), covered)
    np.testing.assert_allclose(found[covered], picture[covered], atol=1e-6)


@pytest.fixture(scope='module')
def place(module_path):
    """A detector of what is brighter than grey, an extractor per layout."""
    make_place(module_path)
    tiny = Config.fromfile(module_path / 'extractor.py')
    for layout, resize in (
        ('whole', (32, 32)),
        ('five', (56, 40)),
        ('ten', (56, 40)),
        ('tiles', (96, 64)),
    ):
        tiny.extractor.resize = resize
        tiny.extractor.crops.layout = layout
        tiny.dump(module_path / f'{layout}.py')
    instances = Config.fromfile(module_path / 'config.py')
    instances.model.head.crop_mode = 'instance'
    instances.dump(module_path / 'instances.py')
    return module_path


def load(place, layout, config='config'):
    return load_explained(
        str(place / f'{config}.py'),
        str(place / 'd.pth'),
        str(place / f'{layout}.py'),
    )


@pytest.mark.parametrize('layout', ['whole', 'five', 'ten', 'tiles'])
def test_the_map_is_highest_where_the_square_is(place, layout):
    """Oracle: the corner that a bright square was painted into."""
    inferencer = load(place, layout, 'instances')
    for corner, (left, top) in CORNERS.items():
        path = square_video(place / f'{corner}.mp4', corner, [1, 0, 2])
        explanation = explain(inferencer, str(path))
        # Of three snippets, the brighter the square the larger.
        assert [snippet.index for snippet in explanation.snippets] == [2, 0, 1]
        shares = explanation.shares(explanation.snippets[0])
        y, x = (np.argwhere(shares == shares.max()) + 0.5).T * [
            [48 / shares.shape[0]],
            [64 / shares.shape[1]],
        ]
        assert (left <= x).all() and (x < left + 16).all(), corner
        assert (top <= y).all() and (y < top + 12).all(), corner
        if layout == 'tiles':
            box = explanation.box(explanation.snippets[0])
            assert box[0] * 64 <= left and left + 16 <= box[2] * 64
            assert box[1] * 48 <= top and top + 12 <= box[3] * 48


@pytest.mark.parametrize('config', ['config', 'instances'])
def test_numbers_belong_to_each_other(place, config):
    """Oracle: the extractor's own features of each snippet: a crop's
    magnitude is their norm and the sum of its cells, the snippet's the mean or
    the maximum over crops, as the scores' own run says."""
    inferencer = load(place, 'ten', config)
    path = square_video(place / 'n.mp4', 'bottom left', [2, 0, 1, 2])
    rows = inferencer.pipeline.extract(path)
    explanation = explain(inferencer, str(path), top=4)
    assert len(explanation.snippets) == 4
    for snippet in explanation.snippets:
        norms = np.linalg.norm(rows[snippet.index], axis=1)
        np.testing.assert_allclose(snippet.crop_values, norms, rtol=1e-4)
        np.testing.assert_allclose(snippet.cells.sum((1, 2)), norms, rtol=1e-4)
        assert snippet.value == pytest.approx(
            norms.mean() if config == 'config' else norms.max(), rel=1e-4
        )
        assert snippet.value == explanation.result.magnitudes[snippet.index]
        assert snippet.start == pytest.approx(snippet.index * 0.64)
        assert snippet.end == pytest.approx(snippet.index * 0.64 + 0.64)


def test_one_short_snippet_in_one_crop_is_explained(place, tmp_path):
    """Oracle: the video: 9 frames, filled up to T = 1 below K = 3, end where
    the video does and show frame 8."""
    config = Config.fromfile(place / 'whole.py')
    config.extractor.tail = 'pad'
    config.dump(place / 'padded.py')
    path = square_video(tmp_path / 'short.mp4', 'top right', [2], frames=9)
    explanation = explain(load(place, 'padded'), str(path))
    (snippet,) = explanation.snippets
    assert (snippet.index, snippet.start) == (0, 0)
    assert snippet.end == pytest.approx(9 / 25)
    assert snippet.cells.shape == (1, 4, 4)
    assert snippet.middle.shape == (48, 64, 3)
    assert [
        path.name for path in write_explanation(explanation, tmp_path)
    ] == ['short_explained.json', 'short_explained.png']


def test_black_everywhere_is_drawn(place, tmp_path):
    """Property: shares that are all of one sign give a picture."""
    path = square_video(tmp_path / 'b.mp4', 'top left', [0], background=0)
    explanation = explain(load(place, 'five'), str(path))
    write_explanation(explanation, tmp_path)
    assert (tmp_path / 'b_explained.png').stat().st_size > 1000


@pytest.mark.parametrize('count', [1, 3, 9])
@pytest.mark.parametrize('length', [1, 2, 8])
def test_top_snippets(length, count):
    """Oracle: numpy's argsort from behind; of equals the earlier."""
    magnitudes = np.random.default_rng(length).permutation(length) + 0.5
    assert (
        top_snippets(magnitudes, count)
        == np.argsort(magnitudes)[::-1][:count].tolist()
    )
    assert top_snippets(np.array([2.0, 3, 3]), 2) == [1, 2]


def even(fps):
    """Four snippets of 16 frames."""
    return Timeline(fps, 64, 16, None)


def test_times_become_snippets():
    """Oracle: by hand. At 10 frames a second snippets begin at 0, 1.6, 3.2,
    4.8 s; 3 * 1.6 is a little more than 4.8 in floats."""
    assert snippets_at([4.8, 0, 1.59, 1.6, 6.39], 4, even(10)) == [3, 0, 1]
    # 8 / 3 s printed in few digits.
    assert snippets_at([2.667, 2.66666], 4, even(6)) == [1]
    for wrong in (-0.1, 6.4, float('nan')):
        with pytest.raises(
            ValueError, match='at: expected seconds from 0 to below 6.4'
        ):
            snippets_at([0, wrong], 4, even(10))


@pytest.mark.parametrize('tail', ['drop', 'pad'])
def test_snippets_are_read_again_as_they_were(tmp_path, tail):
    """Oracle: the first reading's snippets, and the frame in the middle as
    another reader decodes it; past the end one error."""
    from decord import VideoReader

    path = make_video(tmp_path / 'v.mp4', 16 * 4 + 5)
    every = list(Video(path).snippets(16, tail, (56, 40), 'area'))
    wanted = [len(every) - 1, 1]
    found = list(read_chosen(path, wanted, 16, (56, 40), 'area'))
    assert [snippet.index for snippet in found] == [1, len(every) - 1]
    decoded = VideoReader(str(path))
    for index, frames, middle in found:
        np.testing.assert_array_equal(frames, every[index])
        at = min(16 * index + 8, 16 * 4 + 4)
        np.testing.assert_array_equal(middle, decoded[at].asnumpy())
    with pytest.raises(
        VideoError,
        match='expected a snippet 9, found the end of the video at frame 69',
    ):
        list(read_chosen(path, [9], 16, (56, 40)))
