# Videos in: the I3D ResNet-50 of the released features, whose last stage is
# trained along at a tenth of the learning rate. To go on from features:
#   --cfg-options load_from=work_dirs/rtfm_i3d_ucf/iter_15000.pth
_base_ = [
    '_base_/models/rtfm.py',
    '_base_/datasets/ucf_crime_videos.py',
    '_base_/schedules/released.py',
    '_base_/default_runtime.py',
]
custom_imports = dict(
    imports=[
        'rtfm_mmaction',
        'rtfm_mmaction.models.backbones.released_resnet3d',
    ]
)
model = dict(
    backbone=dict(
        type='ReleasedResNet3d',
        frozen_stages=3,
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone.',
            checkpoint='checkpoints/i3d_r50_nonlocal_kinetics400.pth',
        ),
    ),
    backbone_chunk=32,
    backbone_checkpoint=False,
)  # in frozen stages nothing is kept anyway
optim_wrapper = dict(
    paramwise_cfg=dict(custom_keys=dict(backbone=dict(lr_mult=0.1)))
)
