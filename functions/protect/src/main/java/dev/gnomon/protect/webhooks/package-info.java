/// Webhooks that ask for rollbacks: who sent them ([Sender]), what they say ([Cause]), which
/// resources they mean (rules of the catalogue), and that each is acted on once ([HookLog]). What
/// comes of one is an event `rollback-requested` by automation; nothing is decided here.
@NullMarked
package dev.gnomon.protect.webhooks;

import org.jspecify.annotations.NullMarked;
