/** An official release: where it is, and the checksums its makers publish beside it (`sha256sums.txt`). */
export interface Release {
  readonly url: (architecture: Architecture) => string;
  readonly sha256: Readonly<Record<Architecture, string>>;
  /** The programs in its folder. */
  readonly programs: readonly Program[];
}

/** As the releases' file names have it. */
export type Architecture = "amd64" | "arm64";

/** The programs that the tasks need. */
export type Program = "prometheus" | "promtool" | "alertmanager" | "amtool";

const github = "https://github.com/prometheus";

/** The pinned releases for Linux. */
export const releases: readonly Release[] = [
  {
    url: (arch) => `${github}/prometheus/releases/download/v3.5.0/prometheus-3.5.0.linux-${arch}.tar.gz`,
    sha256: {
      amd64: "e811827af26d822afb09a4f28314f61b618b12cff5369835a67f674d8b46f39a",
      arm64: "173389cc42bf09c4e6e54cb53fa07a5a835d7c261e14775d2183181d6e385d1c",
    },
    programs: ["prometheus", "promtool"],
  },
  {
    url: (arch) => `${github}/alertmanager/releases/download/v0.28.1/alertmanager-0.28.1.linux-${arch}.tar.gz`,
    sha256: {
      amd64: "5ac7ab5e4b8ee5ce4d8fb0988f9cb275efcc3f181b4b408179fafee121693311",
      arm64: "d8832540e5b9f613d2fd759e31d603173b9c61cc7bb5e3bc7ae2f12038b1ce4f",
    },
    programs: ["alertmanager", "amtool"],
  },
];
