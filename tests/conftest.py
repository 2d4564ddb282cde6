"""What several test files need: a lake on this machine, and one in an emulated bucket."""

import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import google.auth
import pytest
from google.auth.credentials import AnonymousCredentials

from emulator import NoEmulator, built, running_emulator
from fault_proxy import FaultProxy, running_proxy
from newsbeam.transforms.lake.storage import Lake, open_lake

_numbers = count(1)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Build the emulator before the clock of the first test that needs it starts to run."""
    if any("emulator" in getattr(item, "fixturenames", ()) for item in session.items):
        with suppress(NoEmulator):  # those tests are skipped, with the reason
            built()


@pytest.fixture(scope="session")
def emulator() -> Iterator[str]:
    """The address of a storage emulator."""
    try:
        with running_emulator() as url:
            yield url
    except NoEmulator as problem:
        pytest.skip(str(problem))


@pytest.fixture
def bucket(emulator: str) -> str:
    """The name of a new, empty bucket."""
    name = f"bucket-{next(_numbers)}"
    body = f'{{"name": "{name}"}}'.encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{emulator}/storage/v1/b?project=p", body, headers)
    urllib.request.urlopen(request, timeout=10).close()
    return name


def _use(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    """Lead every client to the emulator; ours needs only the first line, Beam's the last two."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", endpoint)
    # Else a thread of the client asks for the bucket's place now and then, and a fault strikes it.
    monkeypatch.setenv("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setattr(google.auth, "default", lambda *_, **__: (AnonymousCredentials(), "p"))


@pytest.fixture
def gcs_lake_url(emulator: str, bucket: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty lake in a bucket."""
    _use(monkeypatch, emulator)
    return f"gs://{bucket}/lakes/news"


@pytest.fixture
def local_lake(tmp_path: Path) -> Lake:
    """An empty lake in a folder."""
    return open_lake(str(tmp_path / "lake"))


@pytest.fixture(params=["folder", "bucket"])
def lake(request: pytest.FixtureRequest) -> Lake:
    """An empty lake of each kind."""
    if request.param == "folder":
        return request.getfixturevalue("local_lake")
    return open_lake(request.getfixturevalue("gcs_lake_url"))


@pytest.fixture
def fault_proxy(
    emulator: str, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FaultProxy]:
    """A proxy through which storage clients now reach the emulator."""
    with running_proxy(emulator) as proxy:
        _use(monkeypatch, proxy.url)
        yield proxy
