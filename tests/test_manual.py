"""The manual builds without a warning, names all that is public, has no dead link, and needs no network; so do the pages beside it."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from system import required

import deanalysis

pytestmark = pytest.mark.long

HOUSE = Path(__file__).parent.parent
MANUAL = HOUSE / "manual"
PAGES = sorted(page.stem for page in MANUAL.glob("*.md"))
READ_FIRST = [HOUSE / "README.md", HOUSE / "CONTRIBUTING.md", HOUSE / "CHANGELOG.md"]
READ = [*READ_FIRST, HOUSE / "deanalysis" / "theory" / "__init__.py", *MANUAL.glob("*.md"), HOUSE / "figures" / "README.md"]
PLACEHOLDER = re.compile("NAME|SUBJECT|ROOM")


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """Build the site; without Sphinx skip, and in CI fail."""
    for module in ("sphinx", "furo", "myst_parser"):
        required(module)
    built = tmp_path_factory.mktemp("manual")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", str(MANUAL), str(built / "site"), "-d", str(built)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return built / "site"


class Page(HTMLParser):
    """What a page loads, where it links to, and which places it has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name == "id":
                self.places.add(value or "")
            elif name in ("src", "srcset", "data", "poster", "href", "xlink:href"):
                (self.links if tag == "a" else self.loads).append(value or "")


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in site.glob("*.html")}


def target(page: Path, link: str) -> Path:
    """Return the file that a link within the site leads to."""
    path = unquote(urlsplit(link).path)
    return page.parent / path if path else page


def test_all_pages_are_there(site: Path, pages: dict[Path, Page]) -> None:
    assert set(PAGES) <= {path.stem for path in pages}
    text = (site / "theory.html").read_text()
    assert text.count("<math") > 40
    assert "$" not in re.sub(r"<pre>.*?</pre>|<script.*?</script>", "", text, flags=re.DOTALL)


def test_the_reference_has_every_public_name(pages: dict[Path, Page]) -> None:
    places = set().union(*(page.places for path, page in pages.items() if path.stem.startswith("reference")))
    assert {f"deanalysis.{name}" for name in deanalysis.__all__} <= places


def test_the_command_line_has_every_command(pages: dict[Path, Page]) -> None:
    from deanalysis.cli import cli

    (page,) = (page for path, page in pages.items() if path.stem == "command_line")
    assert set(cli.commands) <= page.places


def test_no_page_needs_a_network(site: Path, pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        assert page.loads
        for load in page.loads:
            assert not urlsplit(load).scheme, (path.name, load)
            assert not urlsplit(load).netloc, (path.name, load)
            assert load.startswith("#") or target(path, load).exists(), (path.name, load)
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(\s*[\"']?(https?:)?//|@import", style.read_text()), style.name


def test_every_link_within_the_manual_leads_somewhere(pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        for link in page.links:
            address = urlsplit(link)
            if address.scheme:
                assert address.scheme == "https", (path.name, link)
                continue
            to = target(path, link)
            assert to.exists(), (path.name, link)
            if address.fragment and to.suffix == ".html":
                assert unquote(address.fragment) in pages[to.resolve()].places | {"", "#"}, (path.name, link)


@pytest.mark.parametrize("page", READ, ids=lambda page: page.relative_to(HOUSE).as_posix())
def test_paths_that_a_page_names_are_there(page: Path) -> None:
    paths = re.findall(r"`((?:deanalysis|derivations|figures|manual|tests)/[\w./-]*)`", page.read_text())
    assert [path for path in paths if not PLACEHOLDER.search(path) and not (HOUSE / path).exists()] == []


@pytest.mark.parametrize("page", READ_FIRST, ids=lambda page: page.name)
def test_links_to_files_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]*)", page.read_text())
    assert [link for link in links if not urlsplit(link).scheme and not (HOUSE / link).exists()] == []


def test_readme_is_a_front_page_and_leads_to_every_page_of_the_manual() -> None:
    text = (HOUSE / "README.md").read_text()
    assert text.count("\n") <= 130
    assert [name for name in PAGES if f"](manual/{name}.md)" not in text] == []
