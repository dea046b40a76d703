/// Keys of encrypted stores. A store has one data key, made with it and never changed; everything
/// that seals or names content is derived from it. Master keys wrap it, one object below
/// `store/keys/` each, and are exchanged without touching data.
@NullMarked
package dev.gnomon.store.keys;

import org.jspecify.annotations.NullMarked;
