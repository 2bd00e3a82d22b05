# Videos in: Inception I3D, of which Mixed_5b and Mixed_5c are trained along.
# Goes on where rtfm_i3d_ped2.py, which trains on features of the same network,
# has come to.
_base_ = [
    '_base_/models/rtfm.py',
    '_base_/datasets/ucsd_ped2_videos.py',
    '_base_/schedules/released.py',
    '_base_/default_runtime.py',
]
model = dict(
    in_channels=1024,
    backbone=dict(
        type='InceptionI3D',
        frozen_stages=2,
        init_cfg=dict(
            type='Pretrained',
            checkpoint='checkpoints/inception_i3d_kinetics400.pth',
        ),
    ),
    backbone_chunk=4,
    backbone_checkpoint=False,
)  # in frozen stages nothing is kept anyway
optim_wrapper = dict(
    optimizer=dict(lr=2e-5),
    paramwise_cfg=dict(custom_keys=dict(backbone=dict(lr_mult=0.5))),
)
train_cfg = dict(max_iters=60, val_begin=60, val_interval=60)
default_hooks = dict(checkpoint=dict(interval=20), logger=dict(interval=5))
load_from = 'work_dirs/rtfm_i3d_ped2/iter_300.pth'
