package dev.gnomon.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/// One write of an observed transaction.
///
/// @param key as text (UTF-8); exactly one of `key` and `keyBase64`
/// @param version what the source calls this state of the key
/// @param text of a put; exactly one of `text`, `content` (Base64) and `upload`
/// @param upload reference of content that was uploaded before, with its size in bytes
public record ObservedWrite(
    Op op,
    Optional<String> key,
    Optional<String> keyBase64,
    Optional<String> version,
    Optional<List<Metadata>> metadata,
    Optional<String> text,
    Optional<String> content,
    Optional<String> upload,
    Optional<Long> size) {

  /// What was done to the key.
  public enum Op {
    @JsonProperty("put")
    PUT,
    @JsonProperty("delete")
    DELETE
  }

  /// An entry of the metadata of a value.
  public record Metadata(String name, String value) {
    public Metadata {
      Text.required("name", name);
      Text.required("value", value);
    }
  }

  public ObservedWrite {
    Text.required("op", op);
    key = Text.optional(key);
    keyBase64 = Text.optional(keyBase64);
    version = Text.optional(version);
    metadata = Text.optional(metadata).map(List::copyOf);
    text = Text.optional(text);
    content = Text.optional(content);
    upload = Text.optional(upload);
    size = Text.optional(size);
    Text.exactlyOne("key", key, "keyBase64", keyBase64);
    switch (op) {
      case PUT -> Text.exactlyOne("text", text, "content", content, "upload", upload);
      case DELETE -> {
        if (text.isPresent() || content.isPresent() || upload.isPresent() || metadata.isPresent()) {
          throw new IllegalArgumentException("a delete has neither content nor metadata");
        }
      }
    }
    if (upload.isPresent() != size.isPresent()) {
      throw new IllegalArgumentException("upload and size belong together");
    }
  }
}
