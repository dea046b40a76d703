package dev.gnomon.images;

import java.nio.file.Path;
import java.util.Locale;

/// A server of its own, which is packed by its own module.
public enum Deployable implements Application {
  PROTECT,
  PREDICT,
  ROUTE;

  @Override
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Path module(Path checkout) {
    return checkout.resolve("functions").resolve(word());
  }
}
