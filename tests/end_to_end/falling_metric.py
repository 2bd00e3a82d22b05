"""A metric whose selecting figure rises, ties and falls."""

from mmaction.registry import METRICS
from mmengine.logging import MessageHub

from rtfm_mmaction.evaluation import AnomalyMetric

# Small sets tie at 1 all the time; this one is best at iterations 4 and 6.
BY_VALIDATION = {1: 0.6, 2: 0.9, 3: 0.9}


@METRICS.register_module()
class FallingMetric(AnomalyMetric):
    """``AnomalyMetric``, whose ``video_AUC`` is 0.9 at iterations 4 and 6."""

    def compute_metrics(self, results):
        iteration = MessageHub.get_current_instance().get_info('iter')
        figures = super().compute_metrics(results)
        # Counted from 0 while training, and from 1 when a run is resumed.
        figures['video_AUC'] = BY_VALIDATION.get((iteration + 1) // 2, 0.3)
        return figures
