package dev.gnomon.local.manifests;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Images are named by what they contain: by digest, or below dev.local by a tag that is the
/// digest.
final class ImageRule implements Rule {
  private static final Pattern PINNED =
      Pattern.compile("\\S+@sha256:[0-9a-f]{64}|dev\\.local/\\S+:sha256-[0-9a-f]{64}");

  @Override
  public Stream<String> broken(List<KubeObject> objects) {
    return objects.stream()
        .flatMap(object ->
            Stream.of("containers", "initContainers")
                .flatMap(list -> StreamSupport.stream(object.pod().path(list).spliterator(), false))
                .map(container -> container.path("image").asText())
                .filter(image -> !PINNED.matcher(image).matches())
                .map(image ->
                    "%s: expected an image with @sha256: and its digest, found '%s'"
                        .formatted(object.id(), image)));
  }
}
