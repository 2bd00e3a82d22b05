# The first row of the RTFM paper's Table 4.
_base_ = ['rtfm_i3d_ped2.py', '_base_/methods/original_mil.py']
model = dict(
    neck=dict(with_pdc=False, with_tsa=False),  # a 1x1 convolution
    **_base_.method.model,
)
