"""Chromium, driven from Python, without a network."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from system import needs

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all tests of a file, to import there; not longer, as nothing asynchronous can run beside it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=needs("chromium"), args=list(_FLAGS))
        yield browser
        browser.close()


@contextmanager
def open_page(browser: Any, path: Path | None = None, **options: Any) -> Iterator[tuple[Any, list[str]]]:
    """Open a file, or an empty page; yield it with the list of what went wrong: console errors, uncaught ones, requests beyond the file."""
    wrong: list[str] = []
    page = browser.new_page(**options)
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(("file:", "data:", "blob:")) else wrong.append(request.url))
    if path is not None:
        page.goto(path.as_uri())
    yield page, wrong
    page.close()
