/**
 * Published forms of credentials: fixed beginnings, and what follows, as a pattern. The issuers name them so that they can
 * be found in texts like this.
 */
export const TOKENS: readonly (readonly [beginnings: string, rest: string])[] = [
  // Code hosting, packages and their registries
  ["ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", "\\w{20,}"],
  ["glpat- gldt- glrt- glcbt- glptt- glft- glsoat- glimt- glagent- gloas- glwt-", "[\\w.-]{16,}"],
  ["npm_", "\\w{30,}"],
  ["pypi-", "[\\w-]{16,}"],
  ["rubygems_", "[0-9a-f]{32,}"],
  ["dckr_pat_ dckr_oat_", "[\\w-]{20,}"],
  ["ATATT ATCTT ATBB", "[\\w=-]{20,}"],
  // Chat
  ["xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs- xoxc- xoxd- xoxe.xox xapp-", "[\\w.%-]{10,}"],
  // Payment
  ["sk_live_ sk_test_ rk_live_ rk_test_ pk_live_ pk_test_ whsec_", "[\\w+/=]{10,}"],
  ["sq0atp- sq0csp- sq0idp-", "[\\w-]{20,}"],
  ["shpat_ shpss_ shpca_ shppa_", "[0-9a-fA-F]{20,}"],
  // Mail and phone
  ["SG.", "[\\w-]{16,}\\.[\\w-]{16,}"],
  ["xkeysib- xsmtpsib-", "[0-9a-f]{32,}[\\w-]*"],
  ["SK AC", "[0-9a-f]{32}\\b"],
  // Clouds
  ["AKIA ASIA AROA AIDA ABIA ACCA", "[0-9A-Z]{16}\\b"],
  ["AIza", "[\\w-]{35}"],
  ["ya29.", "[\\w.-]{10,}"],
  ["GOCSPX-", "[\\w-]{20,}"],
  ["1//0", "[\\w-]{30,}"],
  ["LTAI", "[0-9A-Za-z]{12,}\\b"],
  ["dop_v1_ doo_v1_ dor_v1_", "[0-9a-f]{32,}"],
  ["dapi", "[0-9a-f]{32}\\b"],
  ["HRKU-", "[\\w-]{20,}"],
  ["nfp_ sbp_ pscale_tkn_ pscale_pw_ pscale_oauth_", "[\\w.-]{20,}"],
  // Secrets and infrastructure
  ["hvs. hvb. hvr.", "[\\w-]{20,}"],
  ["dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.", "[\\w.-]{20,}"],
  ["pul-", "[0-9a-f]{40}\\b"],
  ["AGE-SECRET-KEY-1", "[0-9A-Z]{20,}"],
  // Observability
  ["glc_ glsa_", "[\\w+/=]{20,}"],
  ["NRAK- NRII- NRRA-", "[\\w-]{16,}"],
  ["sntrys_ sntryu_", "[\\w+/=]{20,}"],
  ["dt0c01. dt0s01. dt0s02.", "[0-9A-Z]{20,}\\.[0-9A-Z]{30,}"],
  ["phc_ phx_", "\\w{30,}"],
  // Models
  ["sk-", "[\\w-]{16,}"],
  ["hf_ gsk_ r8_", "\\w{20,}"],
  ["pplx- xai-", "[\\w-]{30,}"],
  // Work
  ["lin_api_ lin_oauth_", "\\w{30,}"],
  ["ntn_ secret_", "[0-9A-Za-z]{40,}"],
  ["figd_", "[\\w-]{30,}"],
  ["PMAK-", "[0-9a-f-]{30,}"],
  ["CFPAT-", "[\\w-]{30,}"],
];

/** Credentials without a fixed prefix. */
export const SHAPES = {
  /** HashiCorp Terraform Cloud. */
  terraform: "[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{40,}",
  /** A Telegram bot's token. */
  telegram: "\\d{8,10}:AA[\\w-]{33}",
  /** A client secret of Microsoft Entra. */
  entra: "[\\w.~-]{3}\\dQ~[\\w.~-]{31,34}",
  /** A storage or bus key of Azure: 256 or 512 bits in base64. */
  azure: "[A-Za-z0-9+/]{86}==",
  mailchimp: "[0-9a-f]{32}-us\\d{1,2}\\b",
} as const;

/** A webhook's address at Slack, Discord or Teams: it is a credential, because anyone who knows it may post. */
export const WEBHOOK = "hooks\\.slack\\.com\\/(?:services|workflows|triggers)\\/[\\w/-]{10,}|" +
  "discord(?:app)?\\.com\\/api\\/webhooks\\/\\d+\\/[\\w-]{20,}|" +
  "webhook\\.office\\.com\\/webhookb2\\/[\\w@/-]{20,}";
