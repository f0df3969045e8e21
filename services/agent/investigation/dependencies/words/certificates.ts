import type { Words } from "../failure.ts";

/** A handshake that failed. */
export const certificates: readonly Words[] = [
  {
    way: "certificate_expired",
    words:
      /CERT_HAS_EXPIRED|certificate has expired|certificate (?:is )?expired|CertificateExpiredException|certificate expired on|sslv3 alert certificate expired|ssl certificate problem: certificate has expired|certificate is not (?:yet )?valid|NotAfter: /i,
  },
  {
    way: "tls",
    words:
      /\b(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT\w*|ERR_TLS_\w+|SSLHandshakeException|SSLCertVerificationError|CERTIFICATE_VERIFY_FAILED|SSLPeerUnverifiedException|AuthenticationException: The remote certificate)\b/,
  },
  {
    way: "tls",
    words:
      /self[- ]signed certificate|certificate verify failed|unable to verify the first certificate|x509: (?:certificate|cannot)|PKIX path|does not match (?:certificate|the certificate)|(?:tls|ssl)[: ].{0,60}(?:handshake|alert|bad certificate|unknown (?:ca|authority)|wrong version number)|handshake (?:failure|failed|error)|ssl connection could not be established|EPROTO\b|invalid peer certificate|no peer certificate|hostname\/ip does not match|tls_error|ssl certificate problem/i,
  },
];
