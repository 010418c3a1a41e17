"""Chromium, driven from Python, without a network."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from system import needs

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
)


@contextmanager
def open_page(path: Path | None = None, **options: Any) -> Iterator[tuple[Any, list[str]]]:
    """Open a file, or an empty page; yield it with the list of what went wrong: console errors, uncaught ones, requests beyond the file."""
    from playwright.sync_api import sync_playwright

    wrong: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=needs("chromium"), args=list(_FLAGS))
        page = browser.new_page(**options)
        page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(("file:", "data:", "blob:")) else wrong.append(request.url))
        if path is not None:
            page.goto(path.as_uri())
        yield page, wrong
        browser.close()
