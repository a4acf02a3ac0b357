"""Opens a page in the browser named on the command line, and prints what stands on it."""

import sys

from playwright.sync_api import sync_playwright

from tests.browser import ARGUMENTS

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1], args=ARGUMENTS, timeout=30_000)
    page = browser.new_page()
    page.goto("data:text/html,<p>safe")
    print(page.inner_text("p"))
    browser.close()
