# What `rtfm fit` trains each fold by, whatever the method. It fills in videos,
# steps, segments and C.
_base_ = ['../datasets/weak_label.py', '../default_runtime.py']
train_dataloader = dict(num_workers=0, persistent_workers=False)
# The held-out videos are judged after training, all folds together.
val_dataloader = val_evaluator = None
test_dataloader = test_evaluator = None
default_hooks = dict(
    checkpoint=dict(interval=50, max_keep_ckpts=1, save_best=None)
)
custom_hooks = [
    dict(type='ExactResumeHook'),
    dict(type='FeatureStatisticsHook'),
]
