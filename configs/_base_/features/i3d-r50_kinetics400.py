# I3D ResNet-50 of mmaction2's model zoo, 2048-d.
custom_imports = dict(imports=['rtfm_mmaction'], allow_failed_imports=False)
default_scope = 'mmaction'

zoo = 'https://download.openmmlab.com/mmaction/v1.0/recognition/i3d/'
model = dict(
    type='ResNet3d',
    depth=50,
    pretrained=None,
    pretrained2d=False,
    conv1_kernel=(5, 7, 7),
    conv1_stride_t=2,
    pool1_stride_t=2,
    inflate=((1, 1, 1), (1, 0, 1, 0), (1, 0, 1, 0, 1, 0), (0, 1, 0)),
    zero_init_residual=False,
    init_cfg=dict(
        type='Pretrained',
        prefix='backbone.',
        checkpoint=zoo + 'i3d_imagenet-pretrained-r50_'
        '8xb8-32x2x1-100e_kinetics400-rgb/i3d_imagenet-pretrained-r50_'
        '8xb8-32x2x1-100e_kinetics400-rgb_20220812-e213c223.pth',
    ),
)
extractor = dict(
    snippet_len=16,
    tail='drop',
    interpolation='bilinear',
    mean=[123.675, 116.28, 103.53],
    std=[58.395, 57.12, 57.375],
    resize=(340, 256),
    crops=dict(layout='ten', size=224),
)
