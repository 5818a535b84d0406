"""What is done once before workers are made, so that none of them does it again."""

from flask import Flask

from ambassadors import translations
from ambassadors.translations import LOCALES, catalog
from ambassadors.web.warming import warm


def test_a_worker_compiles_no_template_that_prospects_see_and_reads_no_catalog(app: Flask) -> None:
    warm(app)
    compiled, read = set(app.jinja_env.cache or ()), translations._read.cache_info().misses
    with app.test_client() as client:
        pages = [client.get(path, headers={"Accept-Language": "hi"}) for path in ("/", "/nothing")]
    assert [page.status_code for page in pages] == [200, 404]
    assert [catalog(locale).locale for locale in LOCALES] == list(LOCALES)
    assert set(app.jinja_env.cache or ()) == compiled
    assert translations._read.cache_info().misses == read
