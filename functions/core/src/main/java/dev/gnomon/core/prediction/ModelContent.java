package dev.gnomon.core.prediction;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.ContentHash;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// The bytes of a model: JSON, named by their SHA-256. Read in this order: size, hash, format
/// version, content; nothing of it is ever run.
public final class ModelContent {
  public static final int MOST_BYTES = 1024 * 1024;

  private ModelContent() {}

  /// What came of reading a model.
  public sealed interface Read {
    record Whole(ModelForm form) implements Read {}

    /// @param why with what was expected and what is there
    record Refused(String why) implements Read {}
  }

  public static byte[] bytes(ModelForm form) {
    try {
      return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(form);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("model has no JSON form: " + e.getOriginalMessage(), e);
    }
  }

  public static ContentHash hash(byte[] content) {
    try {
      return new ContentHash(
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// @param id what people know the model by
  /// @param content empty: it is not there
  public static Read read(String id, ContentHash expected, Optional<byte[]> content) {
    if (content.isEmpty()) {
      return new Read.Refused("model %s: its content %s is not there".formatted(id, expected));
    }
    byte[] bytes = content.get();
    if (bytes.length > MOST_BYTES) {
      return new Read.Refused(
          "model %s: its content has more than %d bytes".formatted(id, MOST_BYTES));
    }
    ContentHash actual = hash(bytes);
    if (!actual.equals(expected)) {
      return new Read.Refused(
          "model %s is damaged: expected SHA-256 %s, got %s".formatted(id, expected, actual));
    }
    try {
      JsonNode tree = Json.MAPPER.readTree(bytes);
      int format = tree.path("format").asInt(-1);
      if (format != ModelForm.FORMAT) {
        return new Read.Refused(
            "model %s has format %d, expected %d".formatted(id, format, ModelForm.FORMAT));
      }
      return new Read.Whole(Json.MAPPER.treeToValue(tree, ModelForm.class));
    } catch (JsonProcessingException e) {
      return new Read.Refused("model %s can't be read: %s".formatted(id, e.getOriginalMessage()));
    } catch (IOException e) {
      return new Read.Refused("model %s can't be read: %s".formatted(id, e.getMessage()));
    }
  }
}
