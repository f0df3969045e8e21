import type { Catalogue } from "../catalogue/mod.ts";
import type { InvestigationOptions } from "../settings.ts";
import { createSources, type Sources } from "../sources/mod.ts";

/** The sources that the settings name. */
export function sourcesOf(
  settings: InvestigationOptions,
  deps: { readonly fetch: typeof fetch; readonly now: () => Date; readonly catalogue: Catalogue },
): Sources {
  const { githubOwner: owner, githubRepo: repo, githubApiUrl: apiUrl, githubRef: ref, githubToken: token } = settings;
  const github = owner !== undefined && repo !== undefined ? { apiUrl, owner, repo, ref, token } : undefined;
  return createSources({ ...settings, github }, deps);
}
