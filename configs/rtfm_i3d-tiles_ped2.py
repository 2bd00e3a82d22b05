_base_ = ['rtfm_i3d_ped2.py']
# Spatial instances: an anomaly 40 pixels tall stands in one of six tiles, and
# the average over tiles would drown it.
source = dict(data_prefix=dict(features='features/i3d-tiles'))
train_dataloader = dict(dataset=dict(dataset=source))
val_dataloader = dict(dataset=source)
test_dataloader = val_dataloader
model = dict(
    data_preprocessor=dict(standardize=True), head=dict(crop_mode='instance')
)
train_cfg = dict(max_iters=150)
custom_hooks = [
    dict(type='ExactResumeHook'),
    dict(type='FeatureStatisticsHook'),
    dict(type='ResultHook', key='anomaly/AUC'),
]
