"""Charts of experiments: read back from the Axes."""

import numpy as np
import pytest

from rtfm_mmaction.workshop.charts.band_chart import band_figure
from rtfm_mmaction.workshop.charts.bar_chart import bar_figure
from rtfm_mmaction.workshop.charts.heat_map import heat_map_figure


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_bars_have_means_deviations_and_runs():
    """Oracle: by hand. 0.6 and 0.8 have mean 0.7 and deviation 0.1414."""
    runs = [np.array([0.6, 0.8]), np.array([0.9])]
    figure = bar_figure(
        ['one', 'two'],
        {'last': runs, 'best': [np.array([0.8, 0.8]), np.array([0.9])]},
        'AUC',
        0.5,
    )
    (axes,) = figure.axes
    first, second = axes.patches[:2], axes.patches[2:]
    ends = [bar.get_x() + bar.get_width() for bar in (*first, *second)]
    assert ends == pytest.approx([0.7, 0.9, 0.8, 0.9])
    assert axes.get_xlim()[0] == 0.5
    assert texts(axes) == ['0.700 ± 0.141', '0.900', '0.800 ± 0.000', '0.900']
    error = next(
        c for c in axes.containers if type(c).__name__ == 'ErrorbarContainer'
    )
    (left, _), (right, _) = error.lines[2][0].get_segments()[0]
    assert (right - left) / 2 == pytest.approx(np.std(runs[0], ddof=1))
    # Side by side, the first row on top.
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        'one',
        'two',
    ]
    assert axes.yaxis_inverted()
    assert first[0].get_y() + first[0].get_height() <= second[0].get_y()
    figure.canvas.draw()


def test_bands_are_one_deviation_wide():
    """Oracle: numpy's mean and sample deviation at each point."""
    runs = [np.array([0.5, 0.7, 0.9]), np.array([0.8, 0.82, 0.9])]
    figure = band_figure(
        {'rtfm': ([5, 10], runs), 'sultani': ([5, 10], [np.array([0.4])] * 2)},
        'videos',
        'AUC',
    )
    (axes,) = figure.axes
    np.testing.assert_allclose(
        axes.lines[0].get_data(), [[5, 10], [np.mean(r) for r in runs]]
    )
    band = axes.collections[0].get_paths()[0].vertices
    for x, values in zip((5, 10), runs):
        heights = band[band[:, 0] == x, 1]
        spread = np.std(values, ddof=1)
        assert heights.min() == pytest.approx(np.mean(values) - spread)
        assert heights.max() == pytest.approx(np.mean(values) + spread)
    # One run: a band of no width.
    single = axes.collections[1].get_paths()[0].vertices
    np.testing.assert_allclose(single[:, 1], 0.4)
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ['rtfm', 'sultani']
    figure.canvas.draw()


def test_heat_map_has_its_numbers_in_the_cells():
    """Oracle: the arrays; dark text on light cells and light on dark."""
    means = np.array([[0.7, 0.8, 0.9], [0.75, np.nan, 0.95]])
    spreads = np.array([[0.01, 0.02, np.nan], [0.03, np.nan, 0.04]])
    figure = heat_map_figure(
        means, spreads, ['1', '2'], ['50', '100', '200'], 'k', 'm', 'AUC'
    )
    axes, bar = figure.axes
    assert texts(axes) == [
        '0.700\n± 0.010',
        '0.800\n± 0.020',
        '0.900',
        '0.750\n± 0.030',
        '0.950\n± 0.040',
    ]
    assert [text.get_position() for text in axes.texts] == [
        (0, 0),
        (1, 0),
        (2, 0),
        (0, 1),
        (2, 1),
    ]
    assert axes.texts[0].get_color() == 'white'  # the darkest cell
    assert axes.texts[-1].get_color() == 'black'  # the lightest one
    assert (axes.get_xlabel(), axes.get_ylabel(), bar.get_ylabel()) == (
        'm',
        'k',
        'AUC',
    )
    figure.canvas.draw()
