"""Feature files that belong to no annotated video."""

import os
from collections import defaultdict
from typing import Dict, List, Sequence

from ...io.names import short_name
from ..feature_folder import FeatureFolder, composed
from .data_sources import DataSource
from .report import Finding


def check_stray_files(sources: Sequence[DataSource]) -> List[Finding]:
    """List the local folders of features once more.

    Args:
        sources (Sequence[DataSource]): All data sets of a config, probed.

    Returns:
        list[Finding]: A warning for each folder with such files.
    """
    layouts: Dict[str, set] = defaultdict(set)
    videos: Dict[str, set] = defaultdict(set)
    for source in sources:
        # Files have the last part of a name, short where it is long.
        names = {
            composed(short_name(video['video'])).rpartition('/')[2]
            for video in source.annotated
        }
        found = source.entries[0]['feature_layouts'] if source.entries else {}
        for stream, root in source.dataset.data_prefix.items():
            layout = found.get(stream, source.dataset.layouts[stream])
            if layout is None or '://' in root or not names:
                return []  # nothing can be said, or it is told elsewhere
            layouts[root].add(layout)
            videos[root] |= names
    findings = []
    for root, known in layouts.items():
        try:
            files = list(FeatureFolder(root).parents)
        except (OSError, ValueError):
            continue  # told by the data set
        suffixes = {os.path.splitext(layout.name)[1] for layout in known}
        stray = sorted(
            name
            for name in files
            if os.path.splitext(name)[1] in suffixes
            and not any(
                _video(name, layout) in videos[root] for layout in known
            )
        )
        if stray:
            findings.append(
                Finding(
                    'warning',
                    'stray files',
                    '',
                    '',
                    f'{root}: feature files of no annotated video: found '
                    f'{len(stray)}, {stray[0]!r} the first, expected none',
                )
            )
    return findings


def _video(name: str, layout) -> str:
    parsed = layout.parse(name)
    return parsed[0] if parsed else ''
