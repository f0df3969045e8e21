/** The newest file beside `path` that it was before it was rotated and that was written to since then; null without one. */
export async function rotatedBeside(path: string, since: number): Promise<string | null> {
  const cut = path.lastIndexOf("/") + 1;
  const folder = path.slice(0, cut) || ".";
  const name = path.slice(cut);
  const stem = name.replace(/\.\w{1,5}$/, "");
  let newest: { readonly path: string; readonly written: number } | null = null;
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (!entry.isFile || entry.name === name || !isRotated(entry.name, name, stem)) continue;
      const beside = `${path.slice(0, cut)}${entry.name}`;
      const written = (await Deno.stat(beside)).mtime?.getTime() ?? 0;
      if (written >= since && (newest === null || written > newest.written)) newest = { path: beside, written };
    }
  } catch {
    // What may not be looked at is not there.
    return null;
  }
  return newest?.path ?? null;
}

/** `shop.log.1`, `shop.log-20261122`, `shop-2026-11-22.log`, `shop.1.log`, each also with `.gz`; not what is packed otherwise. */
function isRotated(packed: string, name: string, stem: string): boolean {
  if (/\.(?:bz2|xz|zst|zip)$/.test(packed)) return false;
  const other = packed.endsWith(".gz") ? packed.slice(0, -".gz".length) : packed;
  if (other === name) return true;
  if (other.startsWith(name)) {
    return /^[.-][\d._T-]{1,30}$/.test(other.slice(name.length)) || /^\.(?:old|prev)$/.test(other.slice(name.length));
  }
  return other.startsWith(stem) && /^[.-][\d._T-]{1,30}\.\w{1,5}$/.test(other.slice(stem.length));
}
