package dev.gnomon.runtime.settings;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Where a deployable finds the control store: `gnomon.<module>.control-store`, and for an S3
/// `.access-key`, `.secret-key`, `.session-token` and `.region`. All may be missing, for a process
/// that embeds the deployable has a store already.
public record ControlStoreSettings(
    Setting<Optional<URI>> url,
    Setting<Optional<String>> accessKey,
    Setting<Optional<String>> secretKey,
    Setting<Optional<String>> sessionToken,
    Setting<Optional<String>> region) {
  private static final String FORM = "file:DIR or s3+http(s)://host[:port]/bucket[/prefix]";

  /// @param understood whether a store of the deployable's own kinds has such a URL
  public static ControlStoreSettings of(String module, Predicate<URI> understood) {
    String start = "gnomon." + module;
    return new ControlStoreSettings(
        Setting.optional(
            start + ".control-store",
            "URL of the control store: " + FORM,
            text -> url(text, understood)),
        Setting.optional(
            start + ".access-key", "of an S3 control store (AWS_ACCESS_KEY_ID)", text -> text),
        Setting.optional(
            start + ".secret-key", "of an S3 control store (AWS_SECRET_ACCESS_KEY)", text -> text),
        Setting.optional(
            start + ".session-token",
            "of an S3 control store whose keys are for a time (AWS_SESSION_TOKEN)",
            text -> text),
        Setting.optional(start + ".region", "of an S3 control store (AWS_REGION)", text -> text));
  }

  public List<Setting<?>> all() {
    return List.of(url, accessKey, secretKey, sessionToken, region);
  }

  private static URI url(String text, Predicate<URI> understood) {
    try {
      URI url = URI.create(text);
      if (understood.test(url)) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "expected %s, found '%s'".formatted(FORM, text.replaceFirst("//[^/@]*@", "//***@")));
  }
}
