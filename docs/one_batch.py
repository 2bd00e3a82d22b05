"""One batch through RTFM, shape by shape, and its losses in both forms.

``python docs/one_batch.py`` takes the features of the generated clips
(``make demo``, or the commands of docs/install.md); another config's by
``python docs/one_batch.py NAME``. The network is not trained, so the figures
are those of a beginning.
"""

import sys
from typing import Dict

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.runner import Runner

from rtfm_mmaction.apis.config_names import base_config
from rtfm_mmaction.apis.running import load_config
from rtfm_mmaction.engine.feature_statistics_hook import feature_statistics
from rtfm_mmaction.models.heads.selection import top_k_indices


def make_batch(config: Config) -> tuple:
    """Build the detector and read a batch of pairs.

    Args:
        config (Config): Of a training on features.

    Returns:
        tuple: The detector, F (B, N, T, C) with abnormal videos first, and
        their data samples.
    """
    torch.manual_seed(0)
    model = MODELS.build(config.model)
    model.init_weights()
    model.train()
    loader = Runner.build_dataloader(config.train_dataloader, seed=0)
    preprocessor = model.data_preprocessor
    if preprocessor.standardize:
        videos = loader.dataset.dataset
        bags = (videos[index]['inputs'] for index in range(len(videos)))
        preprocessor.set_statistics(*feature_statistics(bags))
    batch = preprocessor(next(iter(loader)), training=True)
    return model, batch['inputs'], batch['data_samples']


def paper_head(config: Config):
    """Build the head of the paper's form for the same features.

    Args:
        config (Config): Of a training.
    """
    paper = Config.fromfile(base_config('models/rtfm_paper')).model
    torch.manual_seed(0)
    channels = config.model.in_channels
    return MODELS.build({**paper.head, 'in_channels': channels})


def walk(config: Config) -> Dict[str, torch.Tensor]:
    """Follow a batch from features to losses.

    Args:
        config (Config): Of a training on features, its head an ``RTFMHead``.

    Returns:
        dict[str, Tensor]: Name of a step -> what it gives, in their order.
    """
    model, features, samples = make_batch(config)
    labels = torch.stack([sample.gt_label for sample in samples]).flatten()
    found = {'F, features (B, N, T, C)': features}
    for part in getattr(model.neck, 'parts', ()):
        found[f'{type(part).__name__} (B x N, T, ...)'] = part(
            features.flatten(0, 1)
        )
    x = model.neck(features)
    found['X, of the neck (B, N, T, C)'] = x
    outputs = model.head(x)
    found['magnitudes (B, N, T)'] = outputs.magnitudes
    found['scores (B, N, T)'] = outputs.scores
    average = outputs.magnitudes.mean(1)
    found['top k by magnitude (B, K)'] = top_k_indices(
        average, model.head.num_selected
    )
    for name, head in (
        ('released', model.head),
        ('paper', paper_head(config)),
    ):
        for term, value in head.loss(x, labels).items():
            found[f'{term}, {name}'] = value
    return found


def main() -> None:
    """Print what the walk gives."""
    config = load_config(*(sys.argv[1:2] or ['rtfm_demo']))
    for name, value in walk(config).items():
        shape = ' x '.join(map(str, value.shape))
        print(f'{name:32}{shape or format(value.item(), ".4f")}')


if __name__ == '__main__':
    main()
