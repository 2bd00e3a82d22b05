# As the features that RTFM's authors released: (T, 10, 2048).
_base_ = '../_base_/features/inception-i3d_kinetics400.py'
custom_imports = dict(
    imports=[
        'rtfm_mmaction',
        'rtfm_mmaction.models.backbones.released_resnet3d',
    ]
)
model = dict(
    _delete_=True,
    type='ReleasedResNet3d',
    init_cfg=dict(
        type='Pretrained',
        checkpoint='checkpoints/i3d_r50_nonlocal_kinetics400.pth',
        prefix='backbone.',
    ),
)
extractor = dict(
    resize=(340, 256),
    crops=dict(layout='ten', size=224),
    weights_command='rtfm i3d-nonlocal IN.pth '
    'checkpoints/i3d_r50_nonlocal_kinetics400.pth',
)
