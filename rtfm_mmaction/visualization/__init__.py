"""Pictures of test runs and of single videos."""

from ..lazy import lazily
from ..moved import lookup

NAMES = {
    'curves_figure': 'detection_curves',
    'draw_precision_recall': 'detection_curves',
    'draw_roc': 'detection_curves',
    'draw_scores': 'score_curve',
    'overview_figure': 'overview',
    'pool_snippets': 'detection_curves',
    'score_figure': 'score_curve',
}

__all__ = list(NAMES)

__getattr__ = lazily(__name__, NAMES, lookup(__name__))
