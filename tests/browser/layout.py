"""What is clipped, overlaps or does not fit on a page with a notebook, as the browser has laid it out."""

from __future__ import annotations

from playwright.sync_api import Page

# For each fault a line: what it is, how far, and the text or the tag it happens to.
_FAULTS = """
() => {
  const SLACK = 2;
  const found = [];
  const visible = each => each.checkVisibility({opacityProperty: true, visibilityProperty: true})
    && each.getBoundingClientRect().width > 0;
  const named = each => {
    const text = (each.innerText || each.alt || '').trim().replace(/\\s+/g, ' ').slice(0, 60);
    return `${each.tagName.toLowerCase()} "${text}"`;
  };
  const rendered = [...document.querySelectorAll(
    '.jp-RenderedMarkdown, .jp-OutputArea-output, .jp-RenderedHTMLCommon')].filter(visible);
  if (!rendered.length) return ['no text and no output of a notebook is on the page'];
  const all = new Set(rendered.flatMap(each => [each, ...each.querySelectorAll('*')]));

  // What hides its overflow and has some. Texts for screen readers alone are one pixel large on purpose.
  for (const each of all) {
    if (!visible(each) || each.clientWidth <= 1 || each.closest('svg, mjx-container, .MathJax, math')) continue;
    const style = getComputedStyle(each);
    const hidden = value => value === 'hidden' || value === 'clip';
    const across = each.scrollWidth - each.clientWidth, down = each.scrollHeight - each.clientHeight;
    if (hidden(style.overflowX) && across > SLACK) found.push(`clipped by ${across} px across: ${named(each)}`);
    if (hidden(style.overflowY) && down > SLACK) found.push(`clipped by ${down} px down: ${named(each)}`);
  }

  // What reaches out of the page's column: figures, tables, formulas, lines of text.
  for (const box of rendered) {
    const column = (box.closest('.jp-Cell') || document.body).getBoundingClientRect();
    const scrolls = inner => {
      for (let at = inner; at && at !== box.parentElement; at = at.parentElement)
        if (['auto', 'scroll'].includes(getComputedStyle(at).overflowX)) return true;
      return false;
    };
    for (const each of box.querySelectorAll('img, canvas, table, pre, mjx-container, .widget-box')) {
      const right = each.getBoundingClientRect().right;
      if (visible(each) && right > column.right + SLACK && !(each.tagName !== 'IMG' && scrolls(each)))
        found.push(`wider than the page by ${Math.round(right - column.right)} px: ${named(each)}`);
    }
  }

  // Boxes that should follow one another and do not: cells, outputs, and the blocks of a text.
  const series = [
    [...document.querySelectorAll('.jp-Cell')],
    ...[...document.querySelectorAll('.jp-OutputArea')].map(each => [...each.children]),
    ...rendered.map(each => [...each.children]),
    ...[...document.querySelectorAll('.jp-RenderedHTMLCommon tr')].map(each => [...each.children]),
    ...[...document.querySelectorAll('.widget-inline-hbox')].map(each => [...each.children]),
  ];
  for (const boxes of series) {
    const shown = boxes.filter(visible).filter(each => getComputedStyle(each).position === 'static');
    for (let i = 1; i < shown.length; i++) {
      const a = shown[i - 1].getBoundingClientRect(), b = shown[i].getBoundingClientRect();
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > SLACK && down > SLACK)
        found.push(`overlaps the one before by ${Math.round(Math.min(across, down))} px: ${named(shown[i])}`);
    }
  }
  return found;
}
"""


def faults(page: Page) -> list[str]:
    """A line for each text, table, output or widget of a notebook that is clipped, overlaps, or does not fit.

    What scrolls by itself fits, except figures.
    """
    # Formulas and pictures have to have their sizes first.
    page.wait_for_function("[...document.images].every(each => each.complete)")
    return list(page.evaluate(_FAULTS))
