"""Mean and deviation of the training set's features."""

from mmaction.registry import HOOKS
from mmengine.dist import broadcast
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper


def feature_statistics(bags) -> tuple:
    """Mean and deviation of each channel over all snippets and crops.

    Args:
        bags (Iterable[Tensor]): Bags (N, T, C).

    Returns:
        tuple[Tensor, Tensor]: (C,) float32 each, summed up in float64; the
        deviation is that of the population.
    """
    count, total, squares = 0, 0.0, 0.0
    for bag in bags:
        rows = bag.flatten(0, -2).double()
        count += len(rows)
        total = total + rows.sum(0)
        squares = squares + rows.square().sum(0)
    mean = total / count
    variance = (squares / count - mean.square()).clamp(min=0)
    return mean.float(), variance.sqrt().float()


@HOOKS.register_module()
class FeatureStatisticsHook(Hook):
    """Gives the data preprocessor the training set's statistics.

    Runs once before training, over the bags as training meets them. Does
    nothing where the statistics came with a checkpoint, or where
    ``AnomalyDataPreprocessor`` has ``standardize=False``.
    """

    def before_train(self, runner) -> None:
        """Compute the statistics and hand them over."""
        model = runner.model
        model = model.module if is_model_wrapper(model) else model
        preprocessor = model.data_preprocessor
        if not preprocessor.standardize or preprocessor.has_statistics:
            return
        videos = runner.train_dataloader.dataset.dataset
        mean, std = feature_statistics(
            videos[index]['inputs'] for index in range(len(videos))
        )
        device = preprocessor.feature_mean.device
        preprocessor.set_statistics(mean.to(device), std.to(device))
        broadcast(preprocessor.feature_mean)
        broadcast(preprocessor.feature_std)
        runner.logger.info(
            f'Standardising features by {len(videos)} training videos: mean '
            f'{mean.mean():.4f}, deviation {std.mean():.4f} on average over '
            f'{len(mean)} channels'
        )
