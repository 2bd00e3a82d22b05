# Regularisers as before April 2023: of abnormal videos alone, smoothness
# across their borders. The released checkpoint was there by then.
_base_ = 'mgfn.py'
model = dict(
    head=dict(
        loss_smooth=dict(scope='batch'),
        smooth_over='abnormal',
        sparse_over='abnormal',
    ),
)
