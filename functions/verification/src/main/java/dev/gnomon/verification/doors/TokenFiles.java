package dev.gnomon.verification.doors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The tokens of [DoorsContract] as files, as a Secret is mounted.
public final class TokenFiles {
  private TokenFiles() {}

  /// Settings of an application that asks for them.
  public static Map<String, String> settings() {
    return Map.of(
        "gnomon.api.read-tokens", "file:" + file(DoorsContract.READER),
        "gnomon.api.write-tokens", "file:" + file(DoorsContract.WRITER));
  }

  /// Settings of an application that asks for them, and asks for tokens of events. Their issuer is
  /// never there: what is no token of his is told without him.
  public static Map<String, String> ofEvents() {
    Map<String, String> all = new HashMap<>(settings());
    all.put("gnomon.oidc.audience", "doors");
    all.put("gnomon.oidc.issuer", "https://issuer.invalid");
    all.put("gnomon.oidc.keys", "https://issuer.invalid/keys");
    return all;
  }

  /// A file that goes with this JVM.
  public static Path file(String token) {
    try {
      Path file = Files.createTempFile("gnomon-token", "");
      file.toFile().deleteOnExit();
      return Files.writeString(file, token + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
