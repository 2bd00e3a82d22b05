"""Snippets of a video, and where in the frame their magnitude comes from.

Or their score, of a head without magnitudes.

Shapes: H and W rows and columns of the map, rows and columns of the frame.
"""

from typing import NamedTuple, Optional, Sequence

import numpy as np
from matplotlib import colormaps, rc_context
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from ..extraction.crop_canvas import Box
from .score_curve import shorten
from .style import GREY, STYLE

# Inches: a picture's longer side, what stands above it, above all, below all
# and beside, and what a title takes.
LONG, TITLE, HEAD, FOOT, SCALE, NARROW = 3.6, 0.35, 0.45, 0.3, 1.1, 4.4
# Light blue, which is none of the map's colours; of Okabe and Ito's palette.
BOX = dict(
    fill=False, edgecolor='#56B4E9', linewidth=1.5, linestyle=(0, (4, 2))
)


def overlay_colors() -> ListedColormap:
    """Colours that rise evenly in light, clear at 0 and ever less so.

    Where nothing comes from, the frame shows as it is.
    """
    colors = colormaps['inferno'](np.linspace(0.3, 1, 256))
    colors[:, 3] = np.linspace(0, 1, 256) ** 0.7 * 0.65
    return ListedColormap(colors, 'overlay')


COLORS = overlay_colors()


class MapPanel(NamedTuple):
    """One snippet.

    Attributes:
        title (str): Above both pictures.
        frame (np.ndarray): (rows, columns, 3) RGB, uint8.
        shares (np.ndarray): (H, W), stretched over the frame; below 0 and NaN
            are drawn as 0.
        box (tuple, optional): Left, top, right, bottom in [0, 1] of the crop
            to outline: the one that makes the snippet's measure.
    """

    title: str
    frame: np.ndarray
    shares: np.ndarray
    box: Optional[Box] = None


def magnitude_figure(
    name: str, panels: Sequence[MapPanel], measure: str = 'magnitude'
) -> Figure:
    """Draw snippets below each other: the frame, and with its heat map.

    One scale of colours serves all, so that they can be compared.

    Args:
        name (str): Of the video.
        panels (Sequence[MapPanel]): From top to bottom, frames of one size.
        measure (str): What the shares add up to: 'magnitude', 'logit' or
            'score'. Defaults to 'magnitude'.

    Returns:
        Figure: The frames' sides are kept.
    """
    rows, columns = panels[0].frame.shape[:2]
    width = LONG * min(columns / rows, 1)
    height = LONG * min(rows / columns, 1)
    highest = max(
        np.max(panel.shares, initial=0.0, where=np.isfinite(panel.shares))
        for panel in panels
    )
    norm = Normalize(0, float(highest) or 1.0)
    outlined = any(panel.box is not None for panel in panels)
    with rc_context(STYLE):
        figure = Figure(
            figsize=(
                max(2 * width + SCALE, NARROW),
                len(panels) * (height + TITLE) + HEAD + FOOT * outlined,
            ),
            layout='constrained',
        )
        # A name may hold the dollar signs of a formula.
        figure.suptitle(shorten(name, 50), parse_math=False)
        axes = figure.subplots(len(panels), 2, squeeze=False)
        for panel, (plain, mapped) in zip(panels, axes):
            for place in (plain, mapped):
                place.imshow(panel.frame)
                place.set_axis_off()
            # Reaches over both pictures.
            plain.set_title(panel.title, loc='left')
            _draw_map(mapped, panel, norm)
        bar = figure.colorbar(
            ScalarMappable(norm, COLORS),
            ax=axes,
            label=f'share in the {measure}, per cell',
            aspect=15,
            anchor=(0, 1),
            shrink=max(0.95 / len(panels), 0.2),
        )
        # As over a frame in grey.
        bar.ax.set_facecolor(GREY)
        if outlined:
            crops = 'magnitude' if measure == 'magnitude' else 'score'
            figure.legend(
                handles=[Patch(label=f'crop of the largest {crops}', **BOX)],
                loc='outside lower center',
                frameon=False,
            )
    return figure


def _draw_map(axes: Axes, panel: MapPanel, norm: Normalize) -> None:
    """Lay a map over the frame that is drawn already."""
    rows, columns = panel.frame.shape[:2]
    axes.imshow(
        np.clip(np.nan_to_num(panel.shares), 0, None),
        cmap=COLORS,
        norm=norm,
        extent=(-0.5, columns - 0.5, rows - 0.5, -0.5),
    )
    if panel.box is not None:
        left, top, right, bottom = panel.box
        axes.add_patch(
            Rectangle(
                (left * columns - 0.5, top * rows - 0.5),
                (right - left) * columns,
                (bottom - top) * rows,
                clip_on=False,
                **BOX,
            )
        )
