import assert from "node:assert/strict";
import type { IContainer, IPodSpec } from "kubernetes-models/v1";
import { CONFINED, POD_SECURITY } from "./pod.ts";
import { podSecurityProblems } from "./testing/pod_security.ts";

const container: IContainer = { name: "a", image: "a", securityContext: CONFINED };
const pod: IPodSpec = { securityContext: POD_SECURITY, containers: [container] };
const changed = (change: Partial<IContainer>): IPodSpec => ({ ...pod, containers: [{ ...container, ...change }] });

Deno.test("podSecurityProblems() finds nothing in a confined pod, and each thing that confines none", () => {
  assert.deepEqual(podSecurityProblems(pod), []);
  const cases: [IPodSpec, string][] = [
    [{ ...pod, hostNetwork: true }, "hostNetwork"],
    [{ ...pod, hostPID: true }, "hostPID"],
    [{ ...pod, volumes: [{ name: "v", hostPath: { path: "/" } }] }, "volume v: hostPath"],
    [{ ...pod, securityContext: { ...POD_SECURITY, seccompProfile: { type: "Unconfined" } } }, "a: seccompProfile"],
    [{ ...pod, securityContext: { ...POD_SECURITY, runAsUser: 0 } }, "a: runAsUser 0"],
    [changed({ securityContext: { ...CONFINED, privileged: true } }), "a: privileged"],
    [changed({ securityContext: { ...CONFINED, allowPrivilegeEscalation: true } }), "a: allowPrivilegeEscalation"],
    [changed({ securityContext: { ...CONFINED, runAsNonRoot: false } }), "a: runAsNonRoot"],
    [changed({ securityContext: { ...CONFINED, capabilities: {} } }), "a: capabilities not dropped"],
    [
      changed({ securityContext: { ...CONFINED, capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } } }),
      "a: capabilities added",
    ],
    [changed({ securityContext: { ...CONFINED, readOnlyRootFilesystem: false } }), "a: root can be written"],
    [changed({ ports: [{ containerPort: 80, hostPort: 80 }] }), "a: hostPort"],
    [{ ...pod, initContainers: [{ ...container, name: "b", securityContext: {} }] }, "b: allowPrivilegeEscalation"],
  ];
  for (const [broken, problem] of cases) assert.ok(podSecurityProblems(broken).includes(problem), problem);
});
