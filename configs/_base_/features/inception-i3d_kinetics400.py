custom_imports = dict(imports=['rtfm_mmaction'], allow_failed_imports=False)
default_scope = 'mmaction'

model = dict(
    type='InceptionI3D',
    init_cfg=dict(
        type='Pretrained',
        checkpoint='checkpoints/inception_i3d_kinetics400.pth',
    ),
)
extractor = dict(
    snippet_len=16,
    tail='drop',  # whole snippets only, as the released features
    interpolation='bilinear',
    mean=[127.5, 127.5, 127.5],  # pixel * 2 / 255 - 1
    std=[127.5, 127.5, 127.5],
    weights_command='rtfm i3d-kinetics '
    'checkpoints/inception_i3d_kinetics400.pth',
)
