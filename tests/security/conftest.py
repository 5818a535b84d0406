"""One world for all of these tests; each has a copy of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from ambassadors import create_app
from tests.conftest import settings_for
from tests.security.visiting import close
from tests.web.world import World, make_world


@pytest.fixture(scope="package")
def world(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Somebody of every kind, something of everything."""
    return make_world(migrated, tmp_path_factory.mktemp("attacked"))


@pytest.fixture
def own_app(world: World, tmp_path: Path) -> Iterator[Flask]:
    """The application on a copy of the world, its forms without tokens."""
    shutil.copy(world.database, tmp_path / "test.db")
    app = create_app(settings_for(tmp_path, rate_limits=False))
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    close(app)


@pytest.fixture
def served(world: World, tmp_path: Path) -> Iterator[Flask]:
    """The same as it is served to the public: below an https address."""
    shutil.copy(world.database, tmp_path / "test.db")
    app = create_app(settings_for(tmp_path, base_url="https://chats.example.edu"))
    yield app
    close(app)
