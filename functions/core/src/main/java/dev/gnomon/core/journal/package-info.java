/// The journal of a TRANSACTIONAL shadow: single writes, put or delete of a key, in transactions on
/// a base. Its order is that of positions; any position, transaction or time of it can be restored,
/// and its last writes undone. The writes come from whoever announces them (events, a program,
/// later a bucket's notifications); where they are restored to is a [KeyedTarget].
@NullMarked
package dev.gnomon.core.journal;

import org.jspecify.annotations.NullMarked;
