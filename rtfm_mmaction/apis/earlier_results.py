"""Results that an earlier run has written, where they still hold."""

from pathlib import Path
from typing import Any, Dict, Mapping, Optional

from ..evaluation.functional.events import EventRule
from ..io.reading import read_json
from ..io.remote import as_path, modified
from .made_with import MadeWith
from .result import AnomalyResult
from .sources import Source


def read_earlier(
    path: Path,
    source: Source,
    made_with: MadeWith,
    rule: EventRule,
    fps: Optional[float],
    known: Mapping[str, Any],
) -> Optional[AnomalyResult]:
    """Read an earlier run's result, if this run would say the same.

    Args:
        path (Path): JSON file of ``rtfm infer``.
        source (Source): The input, a file.
        made_with (MadeWith): What it would be scored with.
        rule (EventRule): What would make events.
        fps (float, optional): Frames per second that are insisted on.
        known (Mapping): What annotations say: ``label`` and
            ``abnormal_intervals``, or nothing.

    Returns:
        AnomalyResult or None: None where the result is of another input,
        detector, extractor, precision, rule, rate or annotation, may be older
        than the input, or cannot be read.
    """
    try:
        content = read_json(path, 'JSON of rtfm infer')
        result = AnomalyResult.from_dict(content, source.kind == 'video')
        made, changed = modified(path), modified(as_path(source.value))
        is_older = made is None or changed is None or made < changed
    except (OSError, ValueError, LookupError, TypeError):
        return None
    said: Dict[str, Any] = dict(label=None, abnormal_intervals=None)
    said.update(known)
    if (
        is_older
        or result.source != str(source.value)
        or result.made_with != made_with
        or result.rule != rule
        or fps not in (None, result.fps)
        or said != {key: getattr(result, key) for key in said}
    ):
        return None
    return result
