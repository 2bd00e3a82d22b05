"""Figures of a data set, from its annotations and headers.

Shapes: T snippets, N crops, C channels.
"""

from collections import Counter
from statistics import median
from typing import Any, List, Optional, Tuple

from ..ground_truth import frame_labels, labels_alone
from ..weak_label_dataset import file_of, labels_of
from .data_sources import DataSource
from .report import Finding, Subset

# Snippets that a bag needs for choosing K = 3 of them to mean something, and
# for the dilated convolutions to see more than the padding.
LEAST_SNIPPETS = 8


def describe(source: DataSource) -> Subset:
    """Count what a data set holds.

    Args:
        source (DataSource): Probed.

    Returns:
        Subset: All figures but those of the values.
    """
    labels = Counter(video['label'] for video in source.videos)
    entries = source.entries
    # Of files behind remote storage T is not known before they are fetched.
    lengths = [
        entry['num_snippets']
        for entry in entries
        if entry['num_snippets'] is not None
    ]
    frames, abnormal_frames = _ground_truth(source)
    return Subset(
        name=source.name,
        annotations=source.dataset.ann_file,
        dataset=source.metainfo.get('dataset', ''),
        classes=dict(
            sorted(Counter(v['class'] for v in source.videos).items())
        ),
        abnormal=labels[1],
        normal=labels[0],
        sound=len(entries),
        snippets=(min(lengths), median(lengths), max(lengths))
        if lengths
        else None,
        crops=sorted({entry['num_crops'] for entry in entries}),
        channels=sorted({entry['num_channels'] for entry in entries}),
        frames=frames,
        abnormal_frames=abnormal_frames,
    )


def _ground_truth(source: DataSource) -> Tuple[Optional[int], Optional[int]]:
    """Frames and abnormal frames that a test would pool."""
    known = [
        entry for entry in source.entries if entry['num_snippets'] is not None
    ]
    if not source.dataset.test_mode or not known or labels_alone(known):
        return None, None
    labels = [labels_of(entry) for entry in known]
    return (sum(map(len, labels)), sum(int(found.sum()) for found in labels))


def check_lengths(source: DataSource) -> List[Finding]:
    """Compare T with the frames of training videos, where they are known.

    Training does not need the two to agree, so that it is a warning; of test
    videos it is an error, told by the data set itself.
    """
    if source.dataset.test_mode:
        return []
    findings = []
    for entry in source.entries:
        segments = any(
            layout.num_segments for layout in entry['feature_layouts'].values()
        )
        if segments or None in (entry['frames'], entry['num_snippets']):
            continue
        try:
            frame_labels(
                [],
                entry['frames'],
                entry['num_snippets'],
                entry['snippet_len'],
                entry['video'],
            )
        except ValueError as error:
            findings.append(
                Finding(
                    'warning',
                    'length',
                    source.name,
                    entry['video'],
                    f'{file_of(entry)}: {error}',
                )
            )
    return findings


def labels_note(source: DataSource) -> Optional[str]:
    """That whole videos alone can be told apart; None elsewhere.

    Args:
        source (DataSource): Probed.
    """
    if not source.dataset.test_mode or not labels_alone(source.videos):
        return None
    return (
        f'{source.name}: labels of whole videos and no intervals: figures are '
        'anomaly/video_AUC and anomaly/video_AP, of videos by their highest '
        'score'
    )


def short_note(source: DataSource, num_selected: Any) -> Optional[str]:
    """Tell how many videos have fewer snippets than are selected, if any.

    Args:
        source (DataSource): Probed.
        num_selected (Any): K, where the config of the head says so: not every
            head selects, or says by this key how many.

    Returns:
        str or None: None where there are none, or K is not known.
    """
    if not isinstance(num_selected, int):
        return None
    short = sum(
        entry['num_snippets'] is not None
        and entry['num_snippets'] < num_selected
        for entry in source.entries
    )
    if not short:
        return None
    return (
        f'{source.name}: fewer than {num_selected} snippets '
        f'(model.head.num_selected) in {short} of {len(source.entries)} '
        'videos, where K is T'
    )


def too_short_note(source: DataSource) -> Optional[str]:
    """Tell that most training videos are too short for the method, if so.

    Args:
        source (DataSource): Probed.

    Returns:
        str or None: None where they are not, or T is not known.
    """
    lengths = [
        entry['num_snippets']
        for entry in source.entries
        if entry['num_snippets'] is not None
    ]
    few = sum(length < LEAST_SNIPPETS for length in lengths)
    if source.role != 'train' or 2 * few <= len(lengths):
        return None
    return (
        f'{source.name}: T < {LEAST_SNIPPETS} in {few} of {len(lengths)} '
        f'videos (shortest {min(lengths)}): too short for the method, which '
        'learns by which of many snippets of a video stand out; an anomaly '
        'fills such a video, or is missed. Longer videos (uncut ones, or '
        'clips of a camera joined) are what it needs'
    )
