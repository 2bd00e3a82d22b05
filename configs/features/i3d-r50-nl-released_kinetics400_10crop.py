# The same with the non-local blocks of the video-nonlocal-net release.
_base_ = 'i3d-r50-released_kinetics400_10crop.py'
backbones = 'rtfm_mmaction.models.backbones.'
custom_imports = dict(
    imports=['rtfm_mmaction', backbones + 'released_nonlocal_resnet3d']
)
model = dict(
    type='ReleasedNonLocalResNet3d',
    init_cfg=dict(
        checkpoint='checkpoints/i3d_r50-nl_nonlocal_kinetics400.pth'
    ),
)
extractor = dict(
    weights_command='rtfm i3d-nonlocal IN.pth '
    'checkpoints/i3d_r50-nl_nonlocal_kinetics400.pth'
)
