# An image network, averaged over the snippet: the ResNet-50 of mmaction2's
# TSN, 2048-d.
_base_ = '../_base_/features/i3d-r50_kinetics400.py'
model = dict(
    _delete_=True,
    type='FrameAverage',
    backbone=dict(type='ResNet', depth=50, pretrained=None, norm_eval=False),
    init_cfg=dict(
        type='Pretrained',
        checkpoint='https://download.openmmlab.com/mmaction/v1.0/recognition/'
        'tsn/tsn_imagenet-pretrained-r50_8xb32-1x1x8-100e_kinetics400-rgb/'
        'tsn_imagenet-pretrained-r50_8xb32-1x1x8-100e_kinetics400-rgb_'
        '20220906-2692d16c.pth',
    ),
)
