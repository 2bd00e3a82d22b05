"""``train_cfg`` by epochs of pairs."""

from mmengine.config import Config

LOOP = 'PairedEpochTrainLoop'
# Endless; others know where an epoch ends.
SAMPLERS = ('PairedInfiniteSampler', 'PairedDrawSampler')
# What mmengine makes its own loop of.
USUAL = (None, 'EpochBasedTrainLoop')


def set_epochs(config: Config) -> None:
    """Let ``train_cfg = dict(max_epochs=…)`` mean epochs of pairs.

    mmengine's own loop by epochs would never end the first one, see
    :class:`~rtfm_mmaction.engine.PairedEpochTrainLoop`.

    Args:
        config (Config): Changed in place.

    Raises:
        ValueError: If it says iterations as well, as a config does that adds
            epochs to the ``train_cfg`` of its base.
    """
    train_cfg = config.get('train_cfg')
    if not train_cfg or 'max_epochs' not in train_cfg:
        return
    if 'max_iters' in train_cfg:
        raise ValueError(
            'train_cfg: expected max_epochs or max_iters, found both; write '
            f'train_cfg = dict(_delete_=True, type={LOOP!r}, max_epochs='
            f'{train_cfg.max_epochs}, val_interval=…) in place of what the '
            'base config says, val_interval in epochs'
        )
    loader = config.get('train_dataloader') or {}
    sampler = (loader.get('sampler') or {}).get('type')
    if train_cfg.get('type') in USUAL and sampler in SAMPLERS:
        train_cfg.pop('by_epoch', None)
        train_cfg.type = LOOP
