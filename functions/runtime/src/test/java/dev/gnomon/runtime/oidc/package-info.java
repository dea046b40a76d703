@org.jspecify.annotations.NullMarked
package dev.gnomon.runtime.oidc;
