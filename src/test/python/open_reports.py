"""Opens reports in a headless Chromium, as a person would, and says what is wrong with them.

Arguments: the Chromium, the folder for screenshots, and the reports. Of the one named long.html the size and the time are looked at too.
"""

import pathlib
import sys

import axe_playwright_python
from playwright.sync_api import sync_playwright

LARGEST = 2_000_000
LONGEST_MS = 1000
AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()

chromium, folder, pages = sys.argv[1], pathlib.Path(sys.argv[2]), [pathlib.Path(path).resolve() for path in sys.argv[3:]]


def opened(browser, page, scheme, width):
    """A page in a window of its own, without a network, and what it complained of or asked for."""
    complaints = []
    tab = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True).new_page()
    tab.on("console", lambda message: complaints.append("console: " + message.text))
    tab.on("pageerror", lambda error: complaints.append("error: %s" % error))
    asked = lambda request: request.url.startswith(("file:", "data:")) or complaints.append("request: " + request.url)
    tab.on("request", asked)
    tab.goto(page.as_uri())
    return tab, complaints


def look(browser, page, scheme, width):
    tab, complaints = opened(browser, page, scheme, width)
    name = "%s-%s-%d" % (page.stem, scheme, width)
    drawn, plots = tab.evaluate("[+document.documentElement.dataset.drawn, document.querySelectorAll('.uplot canvas').length]")
    assert drawn == plots >= 7, "%s: %s of %s plots are drawn" % (name, drawn, plots)
    dashed, marked = tab.evaluate(
        """[JSON.parse(document.getElementById('plots').textContent).flatMap(plot => plot.series).filter(one => one.dashed).length,
            [...document.querySelectorAll('.u-marker')].filter(marker => getComputedStyle(marker).borderTopStyle === 'dashed').length]"""
    )
    assert dashed == marked, "%s: %s of %s dashed lines are dashed in their legend" % (name, marked, dashed)
    broken = tab.evaluate("[...document.images].filter(image => !image.naturalWidth).length")
    assert broken == 0, "%s: %d pictures are broken" % (name, broken)
    wide = tab.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, "%s: is %d pixels wide" % (name, wide)
    tab.screenshot(path=folder / (name + ".png"), full_page=True)
    # Everything that can be opened is looked at too.
    tab.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    tab.evaluate(AXE)
    found = tab.evaluate("axe.run()")["violations"]
    serious = [
        "%s: %s" % (each["id"], each["nodes"][0]["html"][:200]) for each in found if each["impact"] in ("serious", "critical")
    ]
    assert not serious, "%s: %s" % (name, serious)
    assert not complaints, "%s: %s" % (name, complaints)
    tab.context.close()


def time_of(browser, page):
    """Milliseconds until all is drawn: the best of some tries, as the machine may do other things too."""
    times = []
    for _ in range(5):
        tab, _ = opened(browser, page, "light", 1280)
        times.append(tab.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))
        tab.context.close()
    return min(times)


with sync_playwright() as playwright:
    # Chromium's own sandbox does not work for root, who runs tests in containers.
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    for page in pages:
        for scheme in ("light", "dark"):
            for width in (1280, 390, 360):
                look(browser, page, scheme, width)
        size, time = page.stat().st_size, time_of(browser, page)
        print("report-test: %s: %.0f KB, opens in %.0f ms" % (page.name, size / 1e3, time))
        if page.name == "long.html":
            assert size < LARGEST, "%s: has %d bytes" % (page, size)
            assert time < LONGEST_MS, "%s: opens in %.0f ms" % (page, time)
    printed, _ = opened(browser, pages[0], "dark", 1280)
    printed.pdf(path=folder / "printed.pdf", print_background=False)
    assert printed.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    browser.close()
