"""What a server imports: `gunicorn wsgi:app`, `flask --app wsgi …`."""

import gc
import sys

from dotenv import load_dotenv

load_dotenv(override=False)  # development: the environment beats .env

from ambassadors import create_app  # noqa: E402 - settings must be there first
from config import Misconfigured, read_settings  # noqa: E402

try:
    app = create_app(read_settings())
except Misconfigured as fault:
    raise SystemExit(f"This cannot start as it is set up. {fault}") from None

# A thread that waits for the interpreter, as one does after every statement, asks for it after a
# millisecond, not after five: whoever holds the lock of writers is through sooner.
sys.setswitchinterval(0.001)

# What is there now stays: no collection looks at it again, so workers go on sharing its pages.
gc.collect()
gc.freeze()
