/// The shadow store: rollback points of directories as content-addressed chunks in packs on any
/// object store. ShadowStores is the way in; it needs nothing but an ObjectStore. The stored form
/// is described in docs/STORE-FORMAT.md.
@NullMarked
package dev.gnomon.store;

import org.jspecify.annotations.NullMarked;
