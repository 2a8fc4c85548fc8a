"""The hub, through huggingface_hub: what a repository lists, and the bytes of its files from any place on.

Downloads are made here rather than by `hf_hub_download`, whose partial files do not outlive its process: a
pull that was cut, cancelled or killed goes on where it stopped. Only this file speaks HTTP. It sends what it
asks for, its own name and a token; the token goes to the hub alone, not to where the hub redirects.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

import huggingface_hub
from huggingface_hub import constants
from huggingface_hub.errors import (
    DisabledRepoError,
    GatedRepoError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import get_session, get_token, hf_raise_for_status, httpx

from maquette import __version__
from maquette.settings import HUB

from .digest import Listed
from .registry import Source

TIMEOUT_S: Final = 10.0
_PASSING: Final = (408, 425, 429, 500, 502, 503, 504)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}|[0-9a-f]{40}")
_HUB_ID: Final = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_PATH: Final = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9._+-]*(/[A-Za-z0-9_+-][A-Za-z0-9._+-]*)*")


class HubError(Exception):
    """The hub does not give what was asked for; the text is a part of a sentence."""


class GoneError(HubError):
    """The repository, the revision or a file is not there, or is not what it says: another source may do."""


class GatedError(HubError):
    """Only for those whom the publisher lets in, or the token is refused."""


class UnreachableError(HubError):
    """Nothing was answered, or the answer broke off: the same may work a little later."""


@dataclass(frozen=True)
class Listing:
    """What a repository holds at one commit. `hub_id` is its present name, where it was renamed."""

    hub_id: str
    commit: str
    files: tuple[Listed, ...]


class Hub:
    """One hub and the token for it."""

    def __init__(self, endpoint: str, token: str = "") -> None:
        for name in ("httpx", "httpx2"):  # would log addresses that are signed for their reader
            logging.getLogger(name).setLevel(logging.WARNING)
        self._endpoint = endpoint
        # the login of Hugging Face is for its own hub, or the one that its own tools are told to use
        own = endpoint in (HUB, constants.ENDPOINT)
        self._token = token or (own and get_token()) or ""

    def list(self, source: Source) -> Listing:
        """The files of a repository. Raises HubError."""
        url = f"{self._endpoint}/api/models/{source.hub_id}/revision/{source.revision}"
        try:
            response = get_session().get(
                url, params={"blobs": True}, headers=self._headers(), timeout=TIMEOUT_S
            )
            hf_raise_for_status(response)
            return _listing(response.json(), source)
        except (httpx.HTTPError, httpx.InvalidURL, OfflineModeIsEnabled) as error:
            raise _explained(error, source.hub_id) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise GoneError(f"{source.hub_id} is listed in a way that cannot be read") from error

    def read(self, listing: Listing, path: str, start: int) -> Iterator[bytes]:
        """The bytes of a file from `start` to its end. Raises HubError, UnreachableError where they break."""
        url = huggingface_hub.hf_hub_url(
            listing.hub_id, path, revision=listing.commit, endpoint=self._endpoint
        )
        headers = {**self._headers(), "Accept-Encoding": "identity", "Range": f"bytes={start}-"}
        try:
            with get_session().stream("GET", url, headers=headers, timeout=TIMEOUT_S) as response:
                if response.status_code == 416:  # there is nothing from there on
                    return
                hf_raise_for_status(response)
                surplus = start if response.status_code == 200 else 0  # who knows no ranges sends it all
                for chunk in response.iter_bytes():  # as they arrive: a cut loses none that came
                    yield chunk[surplus:]
                    surplus = max(0, surplus - len(chunk))
        except (httpx.HTTPError, httpx.InvalidURL, OfflineModeIsEnabled) as error:
            raise _explained(error, listing.hub_id) from error

    def _headers(self) -> dict[str, str]:
        headers = {"User-Agent": f"maquette/{__version__}"}
        return {**headers, "Authorization": f"Bearer {self._token}"} if self._token else headers


def _listing(answer: Any, source: Source) -> Listing:
    files = tuple(_listed(sibling) for sibling in answer["siblings"])
    commit, hub_id = answer["sha"], answer.get("id") or source.hub_id
    if not _COMMIT.fullmatch(commit) or (source.is_pinned and commit != source.revision):
        raise GoneError(f"{source.hub_id} answers with another revision than {source.revision}")
    if not _HUB_ID.fullmatch(hub_id):
        raise ValueError
    return Listing(hub_id, commit, files)


def _listed(sibling: Any) -> Listed:
    large = sibling.get("lfs") or {}
    size, digest = large.get("size", sibling["size"]), large.get("sha256", sibling["blobId"])
    if not isinstance(size, int) or size < 0 or not _DIGEST.fullmatch(digest):
        raise ValueError
    return Listed(str(sibling["rfilename"]), size, digest)


def is_plain(path: str) -> bool:
    """Whether a repository's path can be one of a file here: relative, forward, no hidden or odd names."""
    return _PATH.fullmatch(path) is not None and ".." not in PurePosixPath(path).parts


def _explained(error: Exception, hub_id: str) -> HubError:
    """The errors of huggingface_hub and of HTTP as what can be done about them."""
    if isinstance(error, GatedRepoError):
        return GatedError(f"{hub_id} is only for those whom its publisher lets in")
    if isinstance(error, RevisionNotFoundError | RemoteEntryNotFoundError):
        return GoneError(f"{hub_id} has no such revision or file any more")
    if isinstance(error, DisabledRepoError):
        return GoneError(f"{hub_id} was disabled")
    if isinstance(error, HfHubHTTPError):
        return _by_status(error, hub_id)
    return UnreachableError(f"the hub cannot be reached ({type(error).__name__})")


def _by_status(error: HfHubHTTPError, hub_id: str) -> HubError:
    status = error.response.status_code
    if status in (401, 403) and not isinstance(error, RepositoryNotFoundError):
        return GatedError(f"the hub does not let in who asks for {hub_id} ({status})")
    if status in _PASSING:
        return UnreachableError(f"the hub is busy ({status})")
    return GoneError(f"{hub_id} is not on the hub ({status})")
