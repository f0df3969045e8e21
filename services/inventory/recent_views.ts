/** How many pages are kept. */
const MAX_PAGES = 8_192;
const ROWS = 1_000;

/** Pages of recently viewed articles, kept so that the same page is not made twice. */
export class RecentViews {
  readonly #pages = new Map<string, string>();
  #views = 0;

  /** Pages kept now. */
  get size(): number {
    return this.#pages.size;
  }

  /** The page for a visitor who has just viewed an article. */
  page(article: number): { articles: number; bytes: number } {
    this.#views++;
    const key = `${article}:${this.#views}`;
    let page = this.#pages.get(key);
    if (page === undefined) {
      page = renderPage(article, this.#views);
      this.#pages.set(key, page);
      this.#forgetOldest();
    }
    return { articles: ROWS, bytes: page.length };
  }

  #forgetOldest(): void {
    while (this.#pages.size > MAX_PAGES) this.#pages.delete(this.#pages.keys().next().value!);
  }
}

function renderPage(article: number, views: number): string {
  const rows = Array.from({ length: ROWS }, (_, row) => `<li id="a${article + row}">Article ${article + row}</li>`);
  // One flat text instead of a thousand pieces that hold on to each other.
  return rows.join("") + `<p>${views} views</p>`;
}
