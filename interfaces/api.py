"""The process that serves HTTP: `app()` is what Granian runs in its worker.

This is an entry point: it reads the settings and builds the services; everything else gets them handed in.
"""

import gc

from litestar import Litestar

from application.identity.signing_in import SigningIn
from infrastructure.bootstrap import build
from infrastructure.imports.settings import ImportSettings
from infrastructure.shared.settings import read_settings
from interfaces.http.app import create_app
from interfaces.http.shared.logging import configure_logging


def app() -> Litestar:
    """The app over services of its own, which connect when they are first used and close with the process."""
    settings = read_settings()
    configure_logging(settings.log_level.upper())
    services = build(settings)
    services.of(SigningIn).access_tokens.public_keys()  # a key that cannot be used ends it now
    made = create_app(services, upload_bytes_max=settings.of(ImportSettings).upload_bytes_max)
    # The app itself is for good. Looking through all of it again and again stopped every request for 0.1 s.
    gc.collect()
    gc.freeze()
    return made
