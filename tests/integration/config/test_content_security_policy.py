"""Every answer says what a browser may do with it."""

import pytest
from django.test import Client

HEADER = "Content-Security-Policy"
PAGES = ["/admin/login/", "/api/docs/", "/api/redoc/"]


def policy(path):
    directives = Client().get(path).headers[HEADER].split("; ")
    return {name: values for name, _, values in (directive.partition(" ") for directive in directives)}


@pytest.mark.parametrize("path", ["/api/v1/brands/", "/health/live", "/nowhere/"])
def test_what_is_no_page_may_do_nothing(database, path):
    found = policy(path)
    assert found["default-src"] == found["frame-ancestors"] == "'none'"
    assert "script-src" not in found


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_no_inline_script_and_asks_nobody_else(database, path):
    found = policy(path)
    assert found["default-src"] == found["base-uri"] == found["frame-ancestors"] == "'none'"
    assert "'unsafe-inline'" not in found["script-src"]
    sources = {source for values in found.values() for source in values.split()}
    assert sources <= {"'none'", "'self'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:"}


@pytest.mark.parametrize("path", ["/api/docs/", "/api/redoc/"])
def test_only_the_admins_theme_may_eval(database, path):
    assert "'unsafe-eval'" not in policy(path)["script-src"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_names_no_other_host(database, path):
    content = Client().get(path).content.decode()
    assert "googleapis" not in content
    assert 'src="http' not in content
