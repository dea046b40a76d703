package dev.gnomon.core.catalogue;

import java.time.Duration;
import java.util.List;

/// Commands run before and after a capture, so that an application can flush or pause.
///
/// @param pre argument vector, empty for none; its failure fails the capture
/// @param post argument vector, empty for none; runs whatever the capture did
public record Hooks(List<String> pre, List<String> post, Duration timeout) {
  public static final Hooks NONE = new Hooks(List.of(), List.of(), Duration.ofSeconds(30));

  public Hooks {
    pre = List.copyOf(pre);
    post = List.copyOf(post);
  }
}
