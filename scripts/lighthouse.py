"""Let Lighthouse look at the pages of a served demo: `make run` in one shell, `make lighthouse` in another.

Prints for each page the four marks, what came over the wire, and in how many requests; ends with 1 where a mark is
below 95. The machine's own speed counts: look again where others were at work.
"""

import argparse
import json
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page as Tab
from playwright.sync_api import sync_playwright

PASSWORD = "onevoice-demo"  # the demo's own, printed at every start
LEAST = 95
MARKS = ("performance", "accessibility", "best-practices", "seo")


class Page(NamedTuple):
    """A page, who looks at it and on what; `first` finds the link to the first thing that it lists."""

    name: str
    email: str
    path: str
    form: str = "desktop"
    first: str = ""


PAGES = (
    Page("list", "agnes@northline.example", "/inbox/open/"),
    Page("conversation", "agnes@northline.example", "/inbox/open/", first=".ticket-row__link"),
    Page("conversation, phone", "agnes@northline.example", "/inbox/open/", "mobile", ".ticket-row__link"),
    Page("sign", "amira@northline.example", "/sign/", first="main .position-row__link"),
    Page("sign, phone", "amira@northline.example", "/sign/", "mobile", "main .position-row__link"),
    Page("console", "max@northline.example", "/console/"),
)


def main() -> None:
    """Look at every page and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://localhost:8000", help="where the demo is served")
    parser.add_argument("--lighthouse", default="lighthouse", help="the program")
    parser.add_argument("--only", default="", help="the pages whose names begin so")
    parser.add_argument("--why", action="store_true", help="say which audits were not passed")
    asked = parser.parse_args()
    print(f"{'page':22}{'perf':>6}{'a11y':>6}{'best':>6}{'seo':>6}{'kB':>8}{'requests':>10}")
    low = [page for page in PAGES if page.name.startswith(asked.only) and not _look(page, asked)]
    sys.exit(1 if low else 0)


def _look(page: Page, asked: argparse.Namespace) -> bool:
    """Print what Lighthouse says of a page; return whether it is good enough."""
    report = _report(page, asked)
    marks = [round(100 * (report["categories"][name]["score"] or 0)) for name in MARKS]
    requests = report["audits"]["network-requests"]["details"]["items"]
    weight = sum(request.get("transferSize", 0) for request in requests) / 1000
    print(f"{page.name:22}" + "".join(f"{mark:6}" for mark in marks) + f"{weight:8.0f}{len(requests):10}", flush=True)
    if asked.why:
        _say_why(report)
    return min(marks) >= LEAST


def _report(page: Page, asked: argparse.Namespace) -> dict:
    """Return what Lighthouse says of a page in a browser whose person has signed in."""
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        told = Path(folder) / "report.json"
        browser = playwright.chromium.launch_persistent_context(
            str(Path(folder) / "profile"),
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-gpu", f"--remote-debugging-port={port}"],
            base_url=asked.address,
        )
        address = _sign_in(browser.new_page(), page)
        preset = ["--preset=desktop"] if page.form == "desktop" else []
        command = [*asked.lighthouse.split(), address, *preset, f"--port={port}", "--quiet", "--output=json"]
        subprocess.run([*command, f"--output-path={told}", f"--only-categories={','.join(MARKS)}"], check=True)
        browser.close()
        return json.loads(told.read_text())


def _sign_in(tab: Tab, page: Page) -> str:
    """Sign in, and return where the page is after its redirects: they are no part of it. Nothing of it stays cached."""
    tab.goto("/accounts/login/")
    tab.fill("input[name=login]", page.email)
    tab.fill("input[name=password]", PASSWORD)
    tab.press("input[name=password]", "Enter")
    tab.wait_for_url("**/inbox/**")
    tab.goto(page.path)
    if page.first:
        tab.goto(tab.locator(page.first).first.get_attribute("href") or "")
    address = tab.url
    tab.goto("about:blank")
    return address


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def _say_why(report: dict) -> None:
    for name in MARKS:
        for ref in report["categories"][name]["auditRefs"]:
            audit = report["audits"][ref["id"]]
            if ref["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                print(f"    {name}: {audit['id']} {audit['score']} {audit.get('displayValue', '')}")


if __name__ == "__main__":
    main()
