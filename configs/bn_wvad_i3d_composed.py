_base_ = [
    '_base_/models/bn_wvad.py',
    '_base_/datasets/composed_fights.py',
    '_base_/schedules/bn_wvad.py',
    '_base_/default_runtime.py',
]
# The method's recipe, with the steps of rtfm_i3d_composed.py; there is one
# crop.
train_cfg = dict(max_iters=150, val_begin=50, val_interval=50)
default_hooks = dict(checkpoint=dict(interval=50))
