/** An upstream answered badly, or not at all. */
export class UpstreamError extends Error {
  constructor(message, status, options) {
    super(message, options);
    this.name = "UpstreamError";
    this.status = status;
  }
}

/** Passes a request on to an upstream and returns its answer. */
export async function forward({ name, url, timeout_ms: timeoutMs }, method, path, body) {
  const target = new URL(path, url);
  let response;
  try {
    response = await fetch(target, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      ...(body ? { body, headers: { "content-type": "application/json" } } : {}),
    });
    const text = await response.text();
    if (response.status < 500) return { status: response.status, text };
  } catch (cause) {
    const late = cause.name === "TimeoutError";
    throw new UpstreamError(`${name}: ${method} ${target} failed`, late ? 504 : 502, { cause });
  }
  throw new UpstreamError(`${name} responded ${response.status} to ${method} ${target}`, 502);
}
