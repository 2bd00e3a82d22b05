_base_ = 'weak_label.py'
source = dict(
    data_root='data/ucsd-ped2',
    data_prefix=dict(features='features/i3d-5crop'),
    layout='packed',
)
# Six abnormal and four normal training videos of 7 to 11 snippets each, so
# 32 segments would hold every snippet three or four times.
train_dataloader = dict(
    batch_size=4,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(
        dataset=dict(
            pipeline=[
                dict(type='LoadFeature'),
                dict(type='SegmentFeature', num_segments=9),
                dict(type='PackAnomalyInputs'),
            ],
            **source,
        )
    ),
)
val_dataloader = dict(num_workers=0, persistent_workers=False, dataset=source)
test_dataloader = val_dataloader
