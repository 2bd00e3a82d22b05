# S3R's training bags: read between two snippets, where others average. For
# configs that take this one for a base; see s3r_i3d_ucf.py.
linear_segments = [
    dict(type='LoadFeature'),
    dict(type='SegmentFeature', num_segments=32, resampling='linear'),
    dict(type='PackAnomalyInputs'),
]
