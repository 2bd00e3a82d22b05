# What `rtfm fit` trains each fold by; it fills in videos, steps and segments.
_base_ = [
    'models/rtfm.py',
    'datasets/weak_label.py',
    'schedules/released.py',
    'default_runtime.py',
]
model = dict(in_channels=None, data_preprocessor=dict(standardize=True))
optim_wrapper = dict(optimizer=dict(lr=1e-4))
train_dataloader = dict(num_workers=0, persistent_workers=False)
# The held-out videos are judged after training, all folds together.
val_dataloader = val_cfg = val_evaluator = None
test_dataloader = test_cfg = test_evaluator = None
default_hooks = dict(
    checkpoint=dict(interval=50, max_keep_ckpts=1, save_best=None)
)
custom_hooks = [
    dict(type='ExactResumeHook'),
    dict(type='FeatureStatisticsHook'),
]
