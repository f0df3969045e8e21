const BARE_LF = "it takes a bare LF for a line end; a backend may not, so it is refused here (RFC 9112, 2.2)";
const TARGET = "it hands odd targets on; here a target is a path, * or an http URL";
const HOST =
  "it leaves the Host to the backend; here it goes into X-Forwarded-Host and has to be plain (RFC 9112, 3.2)";
const LARGE = "it answers 400 to every head that is too large; here it is 431";
const LENGTHS = "it makes one length of several that agree; here there is one (RFC 9112, 6.3 allows both)";
const BOTH = "it drops the length and closes behind the answer; a request with both is refused here (RFC 9112, 6.1)";
const BROKEN_HEAD = "it hands on what it could understand; here a backend's broken head is a 502";

/** Cases in which HAProxy 2.6 does otherwise than the balancer, with the reason, by the case's name. */
export const DIFFERENCES: Readonly<Record<string, string>> = {
  "a bare LF behind the request line": BARE_LF,
  "a bare LF behind a field": BARE_LF,
  "bare LFs throughout": BARE_LF,
  "a bare LF before the request": BARE_LF,
  "a NUL in a value": "it hands a NUL on; a value with control characters is refused here (RFC 9110, 5.5)",
  "a folded field": "it unfolds; folding is refused here (RFC 9112, 5.2)",
  "two spaces behind the method": "it takes any white space between the parts; here it is one space (RFC 9112, 3)",
  "a tab between the parts": "it takes any white space between the parts; here it is one space (RFC 9112, 3)",
  "HTTP/2 by its preface": "it speaks HTTP/2; the balancer speaks HTTP/1.1",
  "CONNECT": "it tunnels; the balancer serves the inventory, and has nothing to connect to",
  "* for a GET": TARGET,
  "an absolute target with a user": TARGET,
  "an absolute target of another scheme": TARGET,
  "an absolute target":
    "it sends the URL on as it is; here the backend gets the path, and the Host of the URL (RFC 9112, 3.2.2)",
  "an absolute target without a path":
    "it compares the authority with the Host and takes the query for a part of it; here the path is /",
  "no Host": HOST,
  "the same Host twice": HOST,
  "a Host with a path": HOST,
  "a Host with a space": HOST,
  "a head of 40,000 bytes": LARGE,
  "a target of 40,000 bytes": LARGE,
  "200 fields": LARGE,
  "nothing at all": "it answers 400 to a connection that ends without a request; here it just ends",
  "two lengths that agree": LENGTHS,
  "a list of lengths": LENGTHS,
  "a body cut short": "it closes without a word; here the half that still listens gets 400",
  "chunks cut short": "it closes without a word; here the half that still listens gets 400",
  "length and chunks": BOTH,
  "chunks and length": BOTH,
  "length nought and chunks": BOTH,
  "chunks in HTTP/1.0": "it takes them and closes behind the answer; HTTP/1.0 has no chunks (RFC 9112, 6.1)",
  "chunked twice in one field":
    "it answers 400; here every coding that ends in chunked and is not chunked alone is a 501",
  "gzip, then chunked": "it answers 422; here it is 501 (RFC 9112, 6.1)",
  "a space behind a chunk's size":
    "it takes white space there; a backend may not, so it is refused here (RFC 9112, 7.1)",
  "a chunk's size with a bare LF": BARE_LF,
  "a chunk that ends in a bare LF": BARE_LF,
  "a trailer with a bare LF": BARE_LF,
  "a body up to the end":
    "it ends the client's connection too; here the body goes on in chunks and the connection stays",
  "a body up to the end, from HTTP/1.0":
    "it ends the client's connection too; here the body goes on in chunks and the connection stays",
  "103 for HTTP/1.0, which goes no further": "it sends 103 on; HTTP/1.0 knows no interim answers (RFC 9110, 15.2)",
  "a status of four digits": BROKEN_HEAD,
  "a bare LF in the answer's head": BROKEN_HEAD,
  "a folded field in the answer": BROKEN_HEAD,
  "a NUL in the answer's head": BROKEN_HEAD,
  "length and chunks in the answer": BROKEN_HEAD,
  "hop-by-hop fields in the answer, which go no further": "it drops none of them; here all go (RFC 9110, 7.6.1)",
};
