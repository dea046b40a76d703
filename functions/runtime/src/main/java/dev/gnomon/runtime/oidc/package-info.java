/// Who sends an event: tokens (JWT) of an OpenID Connect issuer, which on a cluster is its API
/// server.
///
/// *Issuer*: signs tokens and publishes its keys. *Audience*: whom a token is meant for, here one
/// function. *Subject*: whose token it is, here the service account of a Trigger. *kid*: the name
/// of the key that signed. RFC 7515 (signatures), 7517 (keys), 7519 (claims), 6750 (how a token is
/// shown), 8725 (what went wrong elsewhere); ADR 37.
@NullMarked
package dev.gnomon.runtime.oidc;

import org.jspecify.annotations.NullMarked;
