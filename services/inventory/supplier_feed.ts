/** One article of a supplier's feed. */
export interface FeedArticle {
  readonly sku: string;
  readonly price: number;
  readonly stock: number;
}

/** A feed as suppliers send it: one article a line. */
const FEED = [
  '{"sku":"F-1001","price":12.50,"stock":140}',
  '{"sku":"F-1002","price":7.95,"stock":32}',
  '{"sku":"F-1003","price":210.00,"stock":4}',
  '{"sku":"F-1004","price":3.20,"stock":1250}',
  '{"sku":"F-1005","price":18,40,"stock":77}',
  '{"sku":"F-1006","price":64.90,"stock":18}',
].join("\n");

/** The stock's worth at a supplier, from its feed. */
export function feedWorth(feed = FEED): number {
  let worth = 0;
  for (const article of readFeed(feed)) worth += article.price * article.stock;
  return Math.round(worth * 100) / 100;
}

/** The articles of a feed. */
export function readFeed(feed: string): FeedArticle[] {
  return feed.split("\n").filter((line) => line.trim() !== "").map(readArticle);
}

function readArticle(line: string): FeedArticle {
  const { sku, price, stock } = JSON.parse(line);
  return { sku: String(sku), price: Number(price), stock: Number(stock) };
}
