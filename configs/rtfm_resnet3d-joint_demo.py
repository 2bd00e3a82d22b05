# A small ResNet3d from scratch, so with group norm: the batch norms of a
# backbone in chunks keep the statistics that they start with.
_base_ = [
    '_base_/models/rtfm.py',
    '_base_/datasets/demo_videos.py',
    '_base_/schedules/released.py',
    '_base_/default_runtime.py',
]
model = dict(
    in_channels=128,
    backbone=dict(
        type='ResNet3d',
        depth=18,
        pretrained=None,
        pretrained2d=False,
        base_channels=16,
        inflate=(1, 1, 1, 1),
        conv1_kernel=(3, 7, 7),
        conv1_stride_t=2,
        pool1_stride_t=1,
        norm_cfg=dict(type='GN', num_groups=4, requires_grad=True),
        zero_init_residual=False,
    ),
    backbone_chunk=16,
    # Magnitudes and dropout drown what little the labels say at first, and at
    # 1e-3 all clips soon get the same features.
    head=dict(
        num_selected=2,
        dropout=0.0,
        feature_dropout=0.0,
        select_dropout=0.0,
        loss_magnitude=dict(loss_weight=0.0),
    ),
)
optim_wrapper = dict(optimizer=dict(lr=1e-4, weight_decay=1e-3))
train_cfg = dict(max_iters=400, val_begin=100, val_interval=100)
default_hooks = dict(checkpoint=dict(interval=100))
