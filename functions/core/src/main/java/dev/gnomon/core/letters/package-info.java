/// Dead letters: events that no subscriber could handle. A letter is one event for one destination,
/// kept with why it was given up. A person replays it, which sends the event again as it was, or
/// drops it; a letter whose event dies again has one death more.
@NullMarked
package dev.gnomon.core.letters;

import org.jspecify.annotations.NullMarked;
