"""Package metadata; configs and tools go into the package's .mim."""

import shutil
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
# version.py holds one line, __version__ = '…'; importing it would need torch.
version = (HERE / 'rtfm_mmaction' / 'version.py').read_text().split("'")[-2]
# The bounds are those that the test suite has run with; docs/install.md says
# how to take a CUDA build of torch. mmaction2 brings scipy, and mmengine
# matplotlib, in any case.
REQUIRED = [
    # From 2.6 on a checkpoint can be read without running its code; detectors
    # can be exported from 2.9 on.
    'torch>=2.9.1,<2.14',
    'mmengine>=0.10.4,<0.11',
    # mmcv has no wheel; no compiled operator of it is needed.
    'mmcv-lite>=2.0.1,<2.2.0',
    'mmaction2>=1.2.0,<2',
    # mmaction2 imports it and does not declare it.
    'importlib_metadata',
    # mmengine imports pkg_resources, which 82 dropped.
    'setuptools>=77.0.3,<82',
    # Says why a video cannot be read; wheels are there for these machines
    # alone. mmaction2 demands it on all: elsewhere it is installed by
    # `pip install --no-deps mmaction2`.
    'decord>=0.6.0,<0.7; '
    "(sys_platform == 'linux' and platform_machine == 'x86_64') "
    "or (sys_platform == 'win32' and platform_machine == 'AMD64')",
    'opencv-python',
    'scikit-learn>=1.3,<2',
    # One run at a time in a folder; torch requires it, too.
    'filelock>=3.12,<5',
    # Storages behind addresses of videos; torch requires it, too.
    'fsspec>=2024.2',
    # Smooths scores.
    'scipy>=1.10,<2',
    'numpy>=1.26,<3',
    # Weights of a detector's folder: tensors and no code.
    'safetensors>=0.4,<1',
    'matplotlib>=3.7,<4',
    'rich',
]
# What makes data and experiments (rtfm workshop) needs no more than that now;
# what it comes to need stands here.
WORKSHOP = []
# rtfm export, and scoring from its files, which needs onnxruntime alone.
# torch.onnx.export(dynamo=True) writes by onnxscript.
EXPORT = [
    'onnx>=1.18,<2',
    'onnx_ir>=0.1.16,<2',
    'onnxscript>=0.6,<0.8',
    'onnxruntime>=1.19,<2',
]
# What rtfm infer and stream take on exported files, without those above: pip
# installs those with an extra, too, so a small machine gets these alone
# (README.md says how).
RUNTIME = [
    'onnxruntime>=1.19,<2',
    'numpy>=1.26,<3',
    'opencv-python',
    'scipy>=1.10,<2',
    'matplotlib>=3.7,<4',
    'rich',
]
# rtfm extract and rtfm infer --engine ray
RAY = ['ray>=2.60,<3']
# rtfm --print-completion
COMPLETION = ['shtab>=1.7,<2']
# vis_backends = [dict(type='TensorboardVisBackend')]
TENSORBOARD = ['tensorboard>=2.12,<3']
# What `make test` runs.
TEST = [
    'pytest>=7',
    'pytest-xdist>=3',
    'hypothesis>=6.87',
    # Each minor release may format otherwise.
    'ruff>=0.17,<0.18',
    'mypy>=1.16',
    'import-linter>=2.5',
    # One of mmengine's storage backends, to test features behind it.
    'lmdb',
    # Second opinion on videos, and makes those that OpenCV cannot write.
    'av>=14',
    # A camera on this machine: its server of RTSP.
    'aio-rtsp-toolkit>=0.1.4,<0.2',
    # Drives a browser over the report.
    'selenium>=4.10',
    *WORKSHOP,
    *EXPORT,
    *COMPLETION,
    *TENSORBOARD,
]
# What `make docs` runs. Sphinx lists modules by itself from 8.2 on, which
# needs Python 3.11.
DOCS = [
    'sphinx>=8.2,<10',
    'myst-parser>=4,<6',
    'furo>=2024.8',
    'sphinx-copybutton>=0.5',
]
# metafile.yml goes one folder up, changed.
IGNORED = shutil.ignore_patterns('metafile.yml', '__pycache__')


def write_mim(package: Path, link: bool) -> None:
    """Put configs and tools where mmengine and openmim look for them.

    ``rtfm_mmaction::rtfm/NAME.py`` is ``.mim/configs/rtfm/NAME.py`` below
    the package; the pattern wants a folder, hence ``rtfm``. ``mim train
    rtfm_mmaction`` runs ``.mim/tools/train.py``.

    Args:
        package (Path): Folder of the package.
        link (bool): Whether to link to configs and tools, so that an
            editable install follows them, and not to copy them.
    """
    target = package / '.mim'
    (target / 'configs').mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / 'model-index.yml', target)
    metafile = (HERE / 'configs' / 'metafile.yml').read_text(encoding='utf-8')
    (target / 'configs' / 'metafile.yml').write_text(
        metafile.replace('Config: configs/', 'Config: configs/rtfm/'),
        encoding='utf-8',
    )
    put_folder(HERE / 'configs', target / 'configs' / 'rtfm', link)
    put_folder(HERE / 'tools', target / 'tools', link)


def put_folder(source: Path, target: Path, link: bool) -> None:
    """Link to a folder or copy it, in place of what was there."""
    if target.is_symlink():
        target.unlink()
    elif target.exists():
        shutil.rmtree(target)
    if link:
        try:
            target.symlink_to(source, target_is_directory=True)
            return
        except OSError:  # Windows without the right to link
            pass
    shutil.copytree(source, target, ignore=IGNORED)


class BuildWithMim(build_py):
    """Takes configs and tools, which lie outside of the package, into it."""

    def run(self) -> None:
        """Build, then add them."""
        super().run()
        root = HERE if self.editable_mode else Path(self.build_lib)
        write_mim(root / 'rtfm_mmaction', link=self.editable_mode)


setup(
    cmdclass=dict(build_py=BuildWithMim),
    name='rtfm_mmaction',
    version=version,
    description='Weakly supervised video anomaly detection (RTFM) for '
    'mmaction2',
    long_description=(HERE / 'README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    author='The contributors of rtfm_mmaction',
    license='Apache-2.0',
    project_urls={
        'Paper': 'https://arxiv.org/abs/2101.10030',
        'mmaction2': 'https://github.com/open-mmlab/mmaction2',
    },
    classifiers=[
        'Development Status :: 4 - Beta',
        'Environment :: Console',
        'Intended Audience :: Developers',
        'Intended Audience :: Science/Research',
        'Operating System :: POSIX :: Linux',
        'Programming Language :: Python :: 3',
        *(
            f'Programming Language :: Python :: 3.{minor}'
            for minor in range(10, 14)
        ),
        'Topic :: Scientific/Engineering :: Artificial Intelligence',
        'Topic :: Scientific/Engineering :: Image Recognition',
        'Typing :: Typed',
    ],
    packages=find_packages(include=['rtfm_mmaction', 'rtfm_mmaction.*']),
    # Beside the package, which it imports only when it runs a command.
    py_modules=['rtfm_command'],
    entry_points=dict(console_scripts=['rtfm = rtfm_command:main']),
    package_data={
        'rtfm_mmaction': ['py.typed'],
        'rtfm_mmaction.visualization.review_report': [
            'page.html',
            'page.css',
            '*.js',
        ],
    },
    # No more than was run: with 3.9 pip had not found releases that go
    # together after 400 s, and 3.14 was not at hand.
    python_requires='>=3.10,<3.14',
    install_requires=REQUIRED,
    extras_require=dict(
        workshop=WORKSHOP,
        export=EXPORT,
        runtime=RUNTIME,
        ray=RAY,
        completion=COMPLETION,
        tensorboard=TENSORBOARD,
        test=TEST,
        docs=DOCS,
    ),
)
