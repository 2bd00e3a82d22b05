"""From the lists that data sets publish to the project's annotations."""

from .activitynet import convert_activitynet
from .label_studio import convert_label_studio
from .plain_text import convert_plain_text
from .rtfm_lists import convert_rtfm_lists
from .shanghaitech import convert_shanghaitech
from .ucf_crime import convert_ucf_crime
from .ucsd_ped2 import convert_ucsd_ped2
from .xd_violence import convert_xd_violence

__all__ = [
    'convert_activitynet',
    'convert_label_studio',
    'convert_plain_text',
    'convert_rtfm_lists',
    'convert_shanghaitech',
    'convert_ucf_crime',
    'convert_ucsd_ped2',
    'convert_xd_violence',
]
