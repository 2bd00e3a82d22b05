_base_ = '../_base_/features/i3d-r50_kinetics400.py'
model = dict(
    non_local=((0, 0, 0), (0, 1, 0, 1), (0, 1, 0, 1, 0, 1), (0, 0, 0)),
    non_local_cfg=dict(
        sub_sample=True,
        use_scale=False,
        norm_cfg=dict(type='BN3d', requires_grad=True),
        mode='embedded_gaussian'),
    init_cfg=dict(
        checkpoint=_base_.zoo + 'i3d_imagenet-pretrained-'
        'r50-nl-embedded-gaussian_'
        '8xb8-32x2x1-100e_kinetics400-rgb/i3d_imagenet-pretrained-r50-'
        'nl-embedded-gaussian_8xb8-32x2x1-100e_kinetics400-rgb_20220812-'
        'afd8f562.pth'))
