"""axe-core (WCAG 2.2, A and AA) in the page that a browser shows.

It runs beside the page's policy, which allows no script but ours; the window must have scripts on.
"""

from importlib.resources import files

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page, *, beside: tuple[str, ...] = ()) -> list[str]:
    """What axe finds wrong on the page, a line each: rule, where, and why; rules in `beside` are left out."""
    page.wait_for_load_state()
    page.evaluate(AXE)
    found = page.evaluate(
        "([tags, beside]) => axe.run(document, {runOnly: {type: 'tag', values: tags},"
        " resultTypes: ['violations'],"
        " rules: Object.fromEntries(beside.map(rule => [rule, {enabled: false}]))})",
        [TAGS, list(beside)],
    )
    return [
        f"{page.url}: {each['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
