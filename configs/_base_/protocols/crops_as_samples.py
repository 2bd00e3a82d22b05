# Training of UR-DMU and BN-WVAD on the benchmarks: each crop is a sample of
# its own, of 200 segments, and a step takes 64 abnormal and 64 normal ones.
# The two streams are shuffled anew independently of each other, whenever they
# are through; the authors' loaders drop their last batch then if it is not
# full, here it is filled up from the next round.
#
# mmengine lets no key come from two bases, so configs that take this one for a
# base put it where it belongs; see ur_dmu_i3d_ucf.py.
samples = dict(
    batch_size=64,
    dataset=dict(
        crops_as_samples=True,
        dataset=dict(
            pipeline=[
                dict(type='LoadFeature'),
                dict(type='SegmentFeature', num_segments=200),
                dict(type='PackAnomalyInputs'),
            ]
        ),
    ),
)
