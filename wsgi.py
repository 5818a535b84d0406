"""What a server imports: `gunicorn wsgi:app`, `flask --app wsgi …`."""

import gc
import os

from dotenv import load_dotenv

load_dotenv(override=False)  # development: the environment beats .env

from ambassadors import create_app  # noqa: E402 - settings must be there first
from ambassadors.web.warming import warm  # noqa: E402
from config import Misconfigured, read_settings  # noqa: E402

try:
    app = create_app(read_settings())
except Misconfigured as fault:
    raise SystemExit(f"This cannot start as it is set up. {fault}") from None

if os.environ.get("FLASK_RUN_FROM_CLI") != "true":  # a server, not a command
    warm(app)
# What is there now stays: no collection looks at it again, so workers go on sharing its pages.
gc.collect()
gc.freeze()
