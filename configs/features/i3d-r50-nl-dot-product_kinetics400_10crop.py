_base_ = '../_base_/features/i3d-r50_kinetics400.py'
model = dict(
    non_local=((0, 0, 0), (0, 1, 0, 1), (0, 1, 0, 1, 0, 1), (0, 0, 0)),
    non_local_cfg=dict(
        sub_sample=True,
        use_scale=False,
        norm_cfg=dict(type='BN3d', requires_grad=True),
        mode='dot_product',
    ),
    init_cfg=dict(
        checkpoint=_base_.zoo + 'i3d_imagenet-pretrained-'
        'r50-nl-dot-product_'
        '8xb8-32x2x1-100e_kinetics400-rgb/i3d_imagenet-pretrained-r50-'
        'nl-dot-product_8xb8-32x2x1-100e_kinetics400-rgb_20220812-'
        '8e1f2148.pth'
    ),
)
