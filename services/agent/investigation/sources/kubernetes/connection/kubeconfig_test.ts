import assert from "node:assert/strict";
import { ConfigurationError } from "../../../../../lib/configuration/mod.ts";
import { inCluster } from "./in_cluster.ts";
import { kubeconfig } from "./kubeconfig.ts";

const PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const DATA = new TextEncoder().encode(PEM).toBase64();

function fileOf(user: string, cluster = "server: https://10.0.0.1:6443"): string {
  return `
apiVersion: v1
kind: Config
current-context: prod
clusters:
  - name: one
    cluster: { ${cluster} }
contexts:
  - name: prod
    context: { cluster: one, user: me, namespace: shop }
  - name: lost
    context: { cluster: two, user: me }
users:
  - name: me
    user: { ${user} }
`;
}

function read(whole: string, options: { context?: string; files?: Record<string, string> } = {}) {
  const files: Record<string, string> = { "run/kubeconfig": whole, ...options.files };
  return kubeconfig("run/kubeconfig", {
    context: options.context,
    readText: (path) =>
      files[path] === undefined ? Promise.reject(new Deno.errors.NotFound()) : Promise.resolve(files[path]),
  });
}

Deno.test("kubeconfig() takes server, namespace and credentials from the context", async () => {
  const token = await read(fileOf("token: abc"));
  assert.deepEqual([token.name, token.server, token.namespace], ["prod", "https://10.0.0.1:6443", "shop"]);
  assert.equal(await token.credentials.header(false), "Bearer abc");
  const basic = await read(fileOf("username: u, password: p"));
  assert.equal(await basic.credentials.header(false), "Basic dTpw");
  const cert = await read(
    fileOf(
      `client-certificate-data: ${DATA}, client-key: key.pem`,
      `server: "https://api.example.com/k8s/", certificate-authority: ca.crt`,
    ),
    { files: { "run/key.pem": PEM, "run/ca.crt": PEM } },
  );
  assert.equal(cert.server, "https://api.example.com/k8s");
  assert.deepEqual(cert.tls, { ca: PEM, cert: PEM, key: PEM });
  assert.equal(cert.credentials.kind, "client certificate");
  const files = { "run/sa/token": "one\n" };
  const inFile = await read(fileOf("tokenFile: sa/token, token: other"), { files });
  assert.equal(await inFile.credentials.header(false), "Bearer one");
});

Deno.test("kubeconfig() refuses what it cannot use, and says what to do", async () => {
  const cases: [string, RegExp, { context?: string }?][] = [
    [
      fileOf("exec: { apiVersion: v1, command: aws }"),
      /from a program \(exec\), and the agent runs none: make a token/,
    ],
    [fileOf("auth-provider: { name: gcp }"), /auth-provider/],
    [fileOf("token: a, as: admin"), /acts as another one/],
    [fileOf("token: a", "server: https://x, insecure-skip-tls-verify: true"), /certificate-authority-data/],
    [fileOf("token: a", "server: https://x, tls-server-name: y"), /tls-server-name is not supported/],
    [fileOf("token: a", "server: ftp://x"), /is no http\(s\) URL/],
    [fileOf("token: a", "server: https://u:p@x"), /holds credentials/],
    [fileOf(`client-certificate-data: ${DATA}`), /needs both client-certificate and client-key/],
    [fileOf("token: a", "server: https://x, certificate-authority-data: '!!'"), /not the base64 of a PEM/],
    [
      fileOf("tokenFile: gone", "server: https://x, certificate-authority: gone"),
      /Cannot read run\/gone: there is no such file/,
    ],
    [fileOf("token: a"), /has no context "test"; it has prod, lost/, { context: "test" }],
    [fileOf("token: a"), /names the cluster two, which is not there/, { context: "lost" }],
    ["{ a: [", /is not YAML/],
    ["- 1", /is no kubeconfig/],
    ["clusters: []", /has no current-context: name one of none/],
  ];
  for (const [whole, expected, options] of cases) {
    await assert.rejects(read(whole, options), (error) => {
      assert.ok(error instanceof ConfigurationError, String(error));
      assert.match(error.message, expected);
      return true;
    });
  }
});

Deno.test("inCluster() reads the account that is mounted, and says where none is", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await assert.rejects(inCluster({ folder }), /Cannot read the pod's service account/);
    for (const [name, text] of [["ca.crt", PEM], ["token", "t1\n"], ["namespace", "oncall"]]) {
      await Deno.writeTextFile(`${folder}/${name}`, text!);
    }
    const connection = await inCluster({ folder });
    Deno.env.set("KUBERNETES_SERVICE_HOST", "fd00::1");
    Deno.env.set("KUBERNETES_SERVICE_PORT", "6443");
    assert.equal((await inCluster({ folder })).server, "https://[fd00::1]:6443");
    Deno.env.delete("KUBERNETES_SERVICE_HOST");
    Deno.env.delete("KUBERNETES_SERVICE_PORT");
    assert.deepEqual([connection.server, connection.namespace], ["https://kubernetes.default.svc", "oncall"]);
    assert.equal(await connection.credentials.header(false), "Bearer t1");
    await Deno.writeTextFile(`${folder}/token`, "t2");
    assert.equal(await connection.credentials.header(false), "Bearer t1");
    assert.equal(await connection.credentials.header(true), "Bearer t2");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
