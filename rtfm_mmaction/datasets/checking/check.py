"""From a config to a report on its data sets."""

from typing import Any, Callable, Dict, Sequence

from mmengine.config import Config

from .agreement import (
    check_labels,
    check_made_with,
    check_overlap,
    check_shapes,
)
from .all_values import read_all
from .data_sources import LOADERS, DataSource, find_sources, probe_source
from .expected import check_counts, frames_note
from .facts import (
    check_lengths,
    describe,
    labels_note,
    short_note,
    too_short_note,
)
from .report import Finding, Report
from .stray_files import check_stray_files
from .video_names import check_class_names, check_names


def check_data(
    config: Config,
    values: bool = True,
    workers: int = 2,
    loaders: Sequence[str] = LOADERS,
    track: Callable = lambda results, total: results,
) -> Report:
    """Check all data sets of a config; bad files do not end it.

    Args:
        config (Config): Of a training or a test.
        values (bool): Whether to read the features' values, too, and not
            annotations, names and headers alone. Defaults to True.
        workers (int): Threads that read values. Defaults to 2.
        loaders (Sequence[str]): Whose data sets to check, of 'train', 'val'
            and 'test'. Defaults to all.
        track (Callable): Called with an iterator of results and their number;
            wraps the former, to show progress.

    Returns:
        Report: Figures, findings, verdict.
    """
    report = Report()
    sources = find_sources(config, loaders, report)
    for source in sources:
        probe_source(source, report)
    report.subsets = [describe(source) for source in sources]
    for source in sources:
        report.findings += [*check_labels(source), *check_lengths(source)]
    _check_annotations(sources, report)
    model = config.get('model') or {}
    report.findings += check_overlap(sources)
    report.findings += check_shapes(report.subsets, model.get('in_channels'))
    report.findings += check_made_with(sources)
    if {'train', 'test'} <= {source.role for source in sources}:
        report.findings += check_stray_files(sources)
    _note(sources, report, (model.get('head') or {}).get('num_selected'))
    if values:
        read_all(sources, report.subsets, report, workers, track)
    if not sources and not report.findings:
        report.findings.append(
            Finding(
                'warning',
                'config',
                '',
                '',
                'config: expected data sets of the kind WeakLabelDataset, '
                'found none that can be checked',
            )
        )
    return report


def _check_annotations(sources: Sequence[DataSource], report: Report) -> None:
    """Each annotation file once, whatever is held out of it."""
    files: Dict[str, DataSource] = {}
    for source in sources:
        if source.annotated:
            files.setdefault(source.dataset.ann_file, source)
    for file, source in files.items():
        dataset = source.metainfo.get('dataset', '')
        part = source.metainfo.get(
            'subset', 'test' if source.role == 'test' else 'train'
        )
        report.findings += check_names(
            source.annotated, dataset, file, source.name
        )
        report.findings += check_class_names(
            source.annotated,
            source.metainfo.get('abnormal_classes', ()),
            file,
            source.name,
        )
        report.findings += check_counts(
            source.annotated, dataset, part, file, source.name
        )


def _note(
    sources: Sequence[DataSource], report: Report, num_selected: Any
) -> None:
    for source, subset in zip(sources, report.subsets):
        notes = [
            labels_note(source),
            short_note(source, num_selected),
            too_short_note(source),
        ]
        if subset.frames is not None and subset.abnormal_frames is not None:
            notes.append(
                frames_note(
                    subset.name,
                    subset.dataset,
                    subset.frames,
                    subset.abnormal_frames,
                )
            )
        report.notes += [note for note in notes if note]
