package dev.gnomon.core.journal;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One write to a keyed store.
public sealed interface Write {
  int MAX_METADATA = 64;
  int MAX_TEXT = 2048;

  Key key();

  /// What the source calls this state of the key; shown, never interpreted.
  Optional<String> version();

  /// @param metadata of the value, such as its content type; names and values are text
  record Put(Key key, Optional<String> version, Map<String, String> metadata, Content content)
      implements Write {
    public Put {
      metadata = java.util.Collections.unmodifiableMap(new TreeMap<>(metadata));
      checkText(version.orElse(""), "the version of a write");
      if (content instanceof Content.InSource && version.isEmpty()) {
        throw new IllegalArgumentException(
            "content that is left in its source has a version there");
      }
      if (metadata.size() > MAX_METADATA) {
        throw new IllegalArgumentException(
            "a write has at most %d entries of metadata, this one %d"
                .formatted(MAX_METADATA, metadata.size()));
      }
      metadata.forEach((name, value) -> {
        checkText(name, "a name of metadata");
        checkText(value, "a value of metadata");
      });
    }
  }

  record Delete(Key key, Optional<String> version) implements Write {
    public Delete {
      checkText(version.orElse(""), "the version of a write");
    }
  }

  private static void checkText(String text, String what) {
    if (text.length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "%s has at most %d characters, this one %d".formatted(what, MAX_TEXT, text.length()));
    }
  }
}
