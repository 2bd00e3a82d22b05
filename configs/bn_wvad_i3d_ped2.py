_base_ = [
    '_base_/models/bn_wvad.py',
    '_base_/datasets/ucsd_ped2.py',
    '_base_/schedules/bn_wvad.py',
    '_base_/default_runtime.py',
]
# The method's recipe, with the steps of rtfm_i3d_ped2.py and as many crops in
# each of them: four pairs of five.
train_dataloader = dict(batch_size=20, dataset=dict(crops_as_samples=True))
train_cfg = dict(max_iters=300, val_begin=50, val_interval=50)
default_hooks = dict(checkpoint=dict(interval=50))
