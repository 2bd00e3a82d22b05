"""Verdicts in the files of other tools."""

import csv
import json
from pathlib import Path
from typing import List, Optional, Sequence, Set

from ...io.atomic import atomic_path, make_folder
from ...io.names import safe_name, spreadsheet_cell
from ..verdicts import Verdict
from .activitynet import activitynet_database
from .label_studio import LABELING_CONFIG, label_studio_tasks
from .marks import marks_of_verdicts
from .webvtt import webvtt_chapters

VERDICT_FORMATS = ('csv', 'activitynet', 'label-studio', 'webvtt')
COLUMNS = ('video', 'source', 'start', 'end', 'verdict', 'note')


def write_verdict_files(
    verdicts: Sequence[Verdict],
    out: Path,
    formats: Sequence[str] = VERDICT_FORMATS,
    fps: Optional[float] = None,
) -> List[Path]:
    """Write verdicts, each file whole or not at all.

    ``verdicts.csv``, ``verdicts.activitynet.json``,
    ``verdicts.label-studio.json`` with ``label-studio.xml``, the interface of
    its project, and ``<video>.vtt``.

    Args:
        verdicts (Sequence[Verdict]): Of a report.
        out (Path): Folder; made if it is missing.
        formats (Sequence[str]): Of :data:`VERDICT_FORMATS`. Defaults to all.
        fps (float, optional): See :func:`marks_of_verdicts`. Defaults to
            None.

    Returns:
        list[Path]: The files.

    Raises:
        OSError: If one cannot be written.
        VideoError: See :func:`marks_of_verdicts`.
    """
    make_folder(out)
    files: List[Path] = []

    def write(name: str, text: str) -> None:
        with atomic_path(out / name) as temporary:
            temporary.write_text(text, encoding='utf-8')
        files.append(out / name)

    videos = marks_of_verdicts(verdicts, fps)
    if 'csv' in formats:
        with atomic_path(out / 'verdicts.csv') as temporary:
            with open(temporary, 'w', newline='', encoding='utf-8') as file:
                table = csv.writer(file)
                table.writerow(COLUMNS)
                table.writerows(map(_row, verdicts))
        files.append(out / 'verdicts.csv')
    if 'activitynet' in formats:
        write('verdicts.activitynet.json', _json(activitynet_database(videos)))
    if 'label-studio' in formats:
        write('verdicts.label-studio.json', _json(label_studio_tasks(videos)))
        write('label-studio.xml', LABELING_CONFIG)
    if 'webvtt' in formats:
        taken: Set[str] = set()
        for video in videos:
            name = safe_name(video.name, taken)
            write(f'{name}.vtt', webvtt_chapters(video))
    return files


def _row(verdict: Verdict) -> List[str]:
    return [
        spreadsheet_cell(verdict.video),
        spreadsheet_cell(verdict.source or ''),
        f'{verdict.start:.3f}',
        f'{verdict.end:.3f}',
        'right' if verdict.right else 'wrong',
        spreadsheet_cell(verdict.note),
    ]


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + '\n'
