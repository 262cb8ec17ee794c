"""Take the pictures of the README from a served demo: `make run` in one shell, `make screenshots` in another."""

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
PASSWORD = "onevoice-demo"  # the demo's own, printed at every start
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def main() -> None:
    """Take every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://localhost:8000", help="where the demo is served")
    address = parser.parse_args().address
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        _warm_up(browser, address)
        _take(browser, address, "inbox", "agnes@northline.example", "/inbox/open/", _open_priya)
        _take(browser, address, "inbox-dark", "agnes@northline.example", "/inbox/open/", _open_priya, dark=True)
        _take(browser, address, "guard", "agnes@northline.example", "/inbox/open/", _say_too_much, part="#composer")
        _take(browser, address, "inbox-phone", "agnes@northline.example", "/inbox/mine/", _open_priya, size=PHONE)
        _take(browser, address, "sign-phone", "amira@northline.example", "/sign/", _open_first_to_sign, size=PHONE)
        _take(browser, address, "coverage", "amira@northline.example", "/coverage/", _wait)
        _take(browser, address, "console", "max@northline.example", "/console/", _wait)
        browser.close()


def _take(
    browser: Browser,
    address: str,
    name: str,
    email: str,
    path: str,
    prepare: Callable[[Page], None],
    *,
    size: dict[str, int] | None = None,
    dark: bool = False,
    part: str = "",
) -> None:
    """Sign in, go to a page, have it prepared, and write the picture of what is on screen, or of one part."""
    page = _sign_in(browser, address, email, size=size or DESK, dark=dark)
    page.goto(path)
    prepare(page)
    (page.locator(part) if part else page).screenshot(path=IMAGES / f"{name}.png")
    page.context.close()
    print(f"docs/images/{name}.png")


def _warm_up(browser: Browser, address: str) -> None:
    """Have every web process read its model, so that no picture shows the time of a first suggestion."""
    page = _sign_in(browser, address, "agnes@northline.example", size=DESK, dark=False)
    for _ in range(8):
        page.goto("/inbox/open/")
        page.click("text=Priya Raman")
        page.wait_for_selector(".suggestion, .no-fit", state="attached")
    page.context.close()


def _sign_in(browser: Browser, address: str, email: str, *, size: dict[str, int], dark: bool) -> Page:
    page = browser.new_page(
        base_url=address,
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if dark else "light",
        locale="en-GB",
        reduced_motion="reduce",
    )
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/inbox/**")
    return page


def _open_priya(page: Page) -> None:
    page.click("text=Priya Raman")
    page.wait_for_selector(".suggestion, .no-fit", state="attached")
    page.route("**/draft/", lambda route: route.fulfill(status=204))
    page.fill("#composer-text", "")
    page.keyboard.press("1")
    page.wait_for_selector("#findings [data-verdict]", state="attached")
    page.wait_for_function("document.getElementById('draft-state').textContent === 'Draft saved'")
    _wait(page)


def _say_too_much(page: Page) -> None:
    _open_priya(page)
    page.locator("#composer-text").press_sequentially(" Unfortunately it is late. Call Tom on +44 20 7946 0958.")
    page.wait_for_selector("#findings .finding")
    page.wait_for_function("document.getElementById('draft-state').textContent === 'Draft saved'")
    _wait(page)


def _open_first_to_sign(page: Page) -> None:
    page.locator("main .position-row__link").first.click()
    page.wait_for_selector(".button--sign")
    _wait(page)


def _wait(page: Page) -> None:
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    main()
