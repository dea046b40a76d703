package dev.gnomon.protect;

import dev.gnomon.verification.doors.TokenFiles;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/// A catalogue with one protected directory, one sender of webhooks, and stores in directories, for
/// the deployable under test.
public class ProtectPlace implements QuarkusTestResourceLifecycleManager {
  static final String BROKER = "token-of-the-broker";

  private Path directory;

  @Override
  public Map<String, String> start() {
    try {
      directory = Files.createTempDirectory("gnomon-protect");
      Path site = Files.createDirectories(directory.resolve("site"));
      Path catalogue =
          Files.writeString(
              directory.resolve("gnomon.yaml"),
              """
              cells:
                - { name: east, store: "file:%1$s/east" }
                - { name: west, store: "file:%1$s/west" }
              control: { cell: west }
              resources:
                - name: site
                  kind: directory
                  cell: east
                  location: "%2$s"
                  shadow: { cell: west, type: differential }
                  rollback: restore
                  allowAdvisoryFence: true
              webhooks:
                - name: alerts
                  kind: alertmanager
                  keys: ["file:%3$s"]
                  rules:
                    - { match: { labels.service: site }, resource: site }
              """
                  .formatted(directory, site, TokenFiles.file("token-of-the-alerts")));
      for (String cell : new String[] {"east", "west"}) {
        Files.createDirectories(directory.resolve(cell));
      }
      return Map.of(
          "quarkus.http.test-port",
          "0",
          "gnomon.log.json",
          "false",
          "gnomon.protect.catalogue",
          catalogue.toString(),
          "gnomon.protect.notification-token",
          "file:" + TokenFiles.file("token-of-the-buckets"),
          "gnomon.protect.dead-letter-token",
          "file:" + TokenFiles.file(BROKER),
          "gnomon.protect.state-directory",
          directory.resolve("state").toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    try (Stream<Path> left = Files.walk(directory)) {
      for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
