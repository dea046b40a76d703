/// Settings: every key is declared, with what it means and what it may hold. Unknown `gnomon.*`
/// keys, missing and invalid ones stop the start-up, all reported together. A module declares its
/// keys in a bean ([DeclaredSettings]) and its defaults in META-INF/microprofile-config.properties.
@NullMarked
package dev.gnomon.runtime.settings;

import org.jspecify.annotations.NullMarked;
