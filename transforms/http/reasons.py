"""Why no connection was made, in words for people, by what the system says of it."""

import errno
import socket

HOST_SHOWN = 100  # characters of a host's name
NO_CONNECTION = {
    errno.ECONNREFUSED: "nobody answers at {}",
    errno.ECONNRESET: "{} hung up before it answered",
    errno.EPIPE: "{} hung up before it answered",
    errno.ETIMEDOUT: "{} does not answer",
    errno.EHOSTUNREACH: "there is no way to {} from this machine",
    errno.ENETUNREACH: "there is no way to {} from this machine",
    errno.EMFILE: "newsbeam may not open as many files as it needs to ask {} (ulimit -n)",
    errno.ENFILE: "this machine cannot open another file to ask {}",
}


def why_no_connection(error: object, host: str, port: int | None = None) -> str:
    """Why a host could not be reached, or did not stay.

    >>> why_no_connection(OSError(errno.ECONNREFUSED, "…"), "news.example", 8080)
    'nobody answers at news.example, port 8080'
    >>> why_no_connection(OSError("several reasons"), "")
    'no connection to the host can be made'
    """
    place = host[:HOST_SHOWN] or "the host"
    if port not in (None, 80, 443):
        place = f"{place}, port {port}"
    known = NO_CONNECTION.get(getattr(error, "errno", None) or 0)
    return (known or "no connection to {} can be made").format(place)


def why_no_address(error: object, host: str) -> str:
    """Why a host's name gave no address: there is none, or nobody could be asked."""
    if getattr(error, "errno", None) == socket.EAI_AGAIN:
        return f"the name {host[:HOST_SHOWN]} cannot be looked up just now"
    return f"there is no host of the name {host[:HOST_SHOWN]}"


def why_not_trusted(error: Exception) -> str:
    """Why no secure connection was made: what is wrong with the certificate, or else."""
    found = getattr(error, "certificate_error", None) or getattr(error, "os_error", error)
    if words := getattr(found, "verify_message", ""):
        return f"the server's certificate is not trusted: {words}"[:200].rstrip(".")
    reason = str(getattr(found, "reason", None) or "").lower().replace("_", " ")
    said = f" ({reason})" if reason else ""
    return f"the server and newsbeam know no secure connection in common{said}"
