package dev.gnomon.s3;

import dev.gnomon.core.catalogue.PrefixSpec.PrefixWriter;
import dev.gnomon.core.objects.Pause;
import dev.gnomon.s3.PolicyAccess.Trial;
import java.time.Duration;

/// Writes that show whom the policy of a bucket refuses. It takes a while to reach all servers.
record TrialWrites(PolicyAccess bucket, PrefixWriter writer, Pause pause) {
  static final int TRIES = 12;
  static final Duration BETWEEN = Duration.ofMillis(500);

  Trial asWriter() {
    Trial trial = bucket.writeAsWriter();
    for (int attempt = 1; trial instanceof Trial.Accepted && attempt < TRIES; attempt++) {
      if (bucket.ignoresUsers() && writer.credentials().isPresent()) {
        break; // it won't be another answer later
      }
      pause.of(BETWEEN);
      trial = bucket.writeAsWriter();
    }
    return trial;
  }

  /// What could not be tried as the writer does not tell whether the policy has reached the
  /// servers: then Gnomon's own writes are tried for as long as that may take.
  Trial asSelf(Trial writers) {
    int tries = writers instanceof Trial.Impossible && !bucket.ignoresUsers() ? TRIES : 1;
    Trial trial = bucket.writeAsSelf();
    for (int attempt = 1; trial instanceof Trial.Accepted && attempt < tries; attempt++) {
      pause.of(BETWEEN);
      trial = bucket.writeAsSelf();
    }
    return trial;
  }

  /// What follows "the policy denies writes" where Gnomon's own write was accepted.
  String words(Trial writers) {
    return switch (writers) {
      case Trial.Accepted accepted -> ", but a write as " + words(writer) + " was not refused";
      case Trial.Impossible impossible ->
          ", but a write as %s could not be tried: %s"
              .formatted(words(writer), impossible.reason());
      case Trial.Refused refused ->
          "; a write as %s was refused (%s), one of Gnomon was not"
              .formatted(words(writer), refused.answer());
    };
  }

  static String words(PrefixWriter writer) {
    return writer
        .credentials()
        .map(credentials -> "the owner of " + credentials.accessKeyEnv())
        .orElse("anonymous");
  }
}
