_base_ = 'i3d-r50-nl-dot-product_kinetics400_10crop.py'
model = dict(
    non_local_cfg=dict(mode='embedded_gaussian'),
    init_cfg=dict(
        checkpoint=_base_.zoo + 'i3d_imagenet-pretrained-'
        'r50-nl-embedded-gaussian_'
        '8xb8-32x2x1-100e_kinetics400-rgb/i3d_imagenet-pretrained-r50-'
        'nl-embedded-gaussian_8xb8-32x2x1-100e_kinetics400-rgb_20220812-'
        'afd8f562.pth'
    ),
)
