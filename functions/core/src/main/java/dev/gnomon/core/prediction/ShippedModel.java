package dev.gnomon.core.prediction;

import dev.gnomon.core.ids.ContentHash;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The model that comes with the program, for installations whose shelf is empty: learnt from
/// simulated incidents, and better than the plain rule on others of them. Made by `gnomon models
/// train --write`.
public final class ShippedModel {
  public static final String NAME = "shipped-2";
  static final ContentHash HASH =
      new ContentHash("39cb365648e92f81e722b9bdfd423431cc12086877fca5a1adb0a2da520b3629");

  private static final String RESOURCE = "failure-model.json";

  private ShippedModel() {}

  public static ModelContent.Read read() {
    return ModelContent.read(NAME, HASH, content());
  }

  private static Optional<byte[]> content() {
    try (@Nullable InputStream in = ShippedModel.class.getResourceAsStream(RESOURCE)) {
      return in == null
          ? Optional.empty()
          : Optional.of(in.readNBytes(ModelContent.MOST_BYTES + 1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
