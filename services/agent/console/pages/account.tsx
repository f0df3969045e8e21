/** @jsxImportSource hono/jsx */
import type { Identity } from "../../accounts/mod.ts";
import { type Account, type AuditEntry, type Credential, ROLES } from "../../incidents/mod.ts";

const MEANS =
  "see: read everything; answer: acknowledge, comment and ask; act: tickets, silences, scaling, resolving; " +
  "administer: people, too";

/** `GET /console/account`: what opens the account of whoever looks. */
export function OwnAccount({ identity, credentials, token, problem }: {
  readonly identity: Identity;
  readonly credentials: readonly Credential[];
  /** A token that was made just now. */
  readonly token?: string | undefined;
  readonly problem?: string | undefined;
}) {
  return (
    <section class="card" aria-labelledby="account-title">
      <h1 id="account-title">{identity.account === undefined ? "No account" : identity.name}</h1>
      <p>
        Your role is <b>{identity.role}</b>.{" "}
        {identity.account === undefined ? "You are not signed in by name, so there is nothing to list." : null}
        {identity.role === "administer" ? <a href="/console/people">People and what they did</a> : null}
      </p>
      {problem === undefined ? null : <p class="failed" role="alert">{problem}</p>}
      {token === undefined ? null : (
        <div role="status">
          <p>Your new token, shown this once. Keep it where only you can read it:</p>
          <pre class="secret">{token}</pre>
          <p>
            Use it as <code>CONSOLE_TOKEN</code> for the command line, or as a bearer token.
          </p>
        </div>
      )}
      {identity.account === undefined ? null : <Credentials identity={identity} credentials={credentials} />}
      {identity.account === undefined ? null : (
        <form method="post" action="/console/account/tokens" class="stack">
          <h2>New token</h2>
          <label for="label">What it is for</label>
          <input id="label" name="label" required maxlength={100} />
          <RoleChoice id="token-role" upTo={identity.role} chosen="act" />
          <label for="days">Days until it expires</label>
          <input id="days" name="days" type="number" min="1" max="365" value="90" />
          <button type="submit">Make a token</button>
        </form>
      )}
    </section>
  );
}

function Credentials({ identity, credentials }: {
  readonly identity: Identity;
  readonly credentials: readonly Credential[];
}) {
  return (
    <div class="wide">
      <table>
        <caption class="hidden">Sessions and tokens</caption>
        <thead>
          <tr>
            <th scope="col">Kind</th>
            <th scope="col">For</th>
            <th scope="col">Role</th>
            <th scope="col">Used</th>
            <th scope="col">Expires</th>
            <td></td>
          </tr>
        </thead>
        <tbody>
          {credentials.map((one) => (
            <tr>
              <td>{one.kind}{identity.credential?.id === one.id ? " (this one)" : ""}</td>
              <td>{one.label}</td>
              <td>{one.role}</td>
              <td>{minute(one.used_at ?? one.created_at)}</td>
              <td>{minute(one.expires_at)}</td>
              <td>
                <form method="post" action="/console/account/end">
                  <input type="hidden" name="id" value={one.id} />
                  <button type="submit" class="quiet" aria-label={`End ${one.kind} ${one.label}`}>End</button>
                </form>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** `GET /console/people`: everybody, and what was done last. */
export function People({ accounts, trail, problem }: {
  readonly accounts: readonly Account[];
  readonly trail: readonly AuditEntry[];
  readonly problem?: string | undefined;
}) {
  return (
    <section class="card" aria-labelledby="people-title">
      <h1 id="people-title">People</h1>
      <p>{MEANS}.</p>
      {problem === undefined ? null : <p class="failed" role="alert">{problem}</p>}
      <div class="wide">
        <table>
          <caption class="hidden">Accounts</caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Role</th>
              <th scope="col">Phone</th>
              <td></td>
            </tr>
          </thead>
          <tbody>{accounts.map((account) => <Person account={account} />)}</tbody>
        </table>
      </div>
      <form method="post" action="/console/people" class="stack">
        <h2>Add somebody</h2>
        <label for="name">Name</label>
        <input id="name" name="name" required maxlength={64} autocomplete="off" />
        <RoleChoice id="role" upTo="administer" chosen="answer" />
        <label for="password">Password, at least 12 characters; empty if the provider signs them in</label>
        <input id="password" name="password" type="password" autocomplete="new-password" />
        <label for="phone">WhatsApp number, as +491701234567 (optional)</label>
        <input id="phone" name="phone" type="tel" />
        <button type="submit">Add</button>
      </form>
      <h2>What was done last</h2>
      <div class="wide">
        <table>
          <caption class="hidden">The audit trail's newest entries</caption>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">What</th>
              <th scope="col">To</th>
            </tr>
          </thead>
          <tbody>
            {trail.map((entry) => (
              <tr>
                <td>{minute(entry.at)}</td>
                <td>{entry.by}</td>
                <td>
                  {entry.action.replaceAll("_", " ")}
                  {typeof entry.details.text === "string" ? `: ${entry.details.text.slice(0, 80)}` : ""}
                </td>
                <td>{entry.target}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        All of it, to keep elsewhere and to check: <code>oncall audit</code>.
      </p>
    </section>
  );
}

function Person({ account }: { readonly account: Account }) {
  const disabled = account.disabled_at !== undefined;
  return (
    <tr>
      <td>{account.name}{disabled ? " (disabled)" : ""}</td>
      <td>
        <form method="post" action="/console/people" class="line">
          <input type="hidden" name="name" value={account.name} />
          <input type="hidden" name="change" value="role" />
          <select name="role" aria-label={`Role of ${account.name}`}>
            {ROLES.map((role) => <option value={role} selected={role === account.role}>{role}</option>)}
          </select>
          <button type="submit" class="quiet">Set</button>
        </form>
      </td>
      <td>{account.phone ?? ""}</td>
      <td>
        <form method="post" action="/console/people">
          <input type="hidden" name="name" value={account.name} />
          <input type="hidden" name="change" value={disabled ? "enable" : "disable"} />
          <button type="submit" class="quiet" aria-label={`${disabled ? "Enable" : "Disable"} ${account.name}`}>
            {disabled ? "Enable" : "Disable"}
          </button>
        </form>
      </td>
    </tr>
  );
}

function RoleChoice({ id, upTo, chosen }: {
  readonly id: string;
  readonly upTo: Identity["role"];
  readonly chosen: Identity["role"];
}) {
  const offered = ROLES.slice(0, ROLES.indexOf(upTo) + 1);
  return (
    <>
      <label for={id}>Role</label>
      <select id={id} name="role">
        {offered.map((role) => (
          <option value={role} selected={role === chosen || role === upTo && !offered.includes(chosen)}>{role}</option>
        ))}
      </select>
    </>
  );
}

function minute(at: string): string {
  return at.slice(0, 16).replace("T", " ");
}
