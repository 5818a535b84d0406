"""Answers made smaller for the way, where nothing secret is in them.

Pages that hold a token or anybody's data are sent as they are: their length would tell of it
(the BREACH attack).
"""

import zlib

from flask import Flask, Response, request, session

from ambassadors.web.security import is_public

WORTH_IT = 2_000  # bytes
LEVEL = 4
GZIP = 16 + zlib.MAX_WBITS  # zlib's way to ask for gzip's own frame
FILES = ("static", "assets.bundle")


def register(app: Flask) -> None:
    """Compresses public answers for those who accept it."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """The answer, compressed when that is safe, wanted and worth it."""
    if not may_compress(response):
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"]:
        return response
    body = read_whole(response)
    if len(body) >= WORTH_IT:
        packer = zlib.compressobj(LEVEL, wbits=GZIP)
        response.set_data(packer.compress(body) + packer.flush())
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("ETag", None)  # it names the plain bytes
    return response


def read_whole(response: Response) -> bytes:
    """The body; a file that it came from is closed."""
    source = response.response
    response.direct_passthrough = False
    body = response.get_data()
    if callable(close := getattr(source, "close", None)):
        close()
    return body


def may_compress(response: Response) -> bool:
    """Whether it is text, whole, and shows nothing of anybody."""
    text = (response.mimetype or "").startswith("text/") or response.mimetype == "image/svg+xml"
    open_to_all = request.endpoint in FILES or (is_public() and not session.modified)
    plain = "Content-Encoding" not in response.headers
    return text and plain and open_to_all and response.status_code == 200
