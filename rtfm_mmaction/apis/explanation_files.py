"""The files that an explanation becomes: for programs and for people."""

import json
from pathlib import Path
from typing import List, Union

from ..io.atomic import atomic_path
from ..io.names import safe_name
from ..visualization.magnitude_map import MapPanel, magnitude_figure
from ..visualization.saving import save_figure
from .explanation import ExplainedSnippet, Explanation


def write_explanation(
    explanation: Explanation, out: Union[str, Path]
) -> List[Path]:
    """Write ``<video>_explained.json`` and ``<video>_explained.png``.

    Args:
        explanation (Explanation): What to write.
        out (str or Path): Folder; made if it is missing.

    Returns:
        list[Path]: The files, each whole.

    Raises:
        OSError: If one cannot be written.
    """
    name = safe_name(explanation.result.video, set())
    figure = magnitude_figure(
        explanation.result.video,
        [_panel(explanation, snippet) for snippet in explanation.snippets],
        explanation.measure,
    )
    files = [
        Path(out) / f'{name}_explained.json',
        Path(out) / f'{name}_explained.png',
    ]
    with atomic_path(files[0]) as temporary:
        temporary.write_text(
            json.dumps(explanation.to_dict(), ensure_ascii=False) + '\n',
            encoding='utf-8',
        )
    save_figure(figure, files[1])
    return files


def _panel(explanation: Explanation, snippet: ExplainedSnippet) -> MapPanel:
    """The crop that makes the snippet's measure is outlined, if one does."""
    box = None
    if explanation.by_instance and len(explanation.grid) > 1:
        box = explanation.box(snippet)
    title = (
        f'{snippet.start:.1f} – {snippet.end:.1f} s, score {snippet.score:.3f}'
    )
    if explanation.measure != 'score':
        title += f', {explanation.measure} {snippet.value:.4g}'
    return MapPanel(
        title,
        snippet.middle,
        explanation.shares(snippet),
        box,
    )
