/// What every object store must do ([dev.gnomon.verification.objects.ObjectStoreContract]), a fake
/// that does it in memory, and a decorator that injects faults before or after an effect. For tests
/// of all modules; nothing here runs in production.
@NullMarked
package dev.gnomon.verification.objects;

import org.jspecify.annotations.NullMarked;
