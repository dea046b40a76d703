package dev.gnomon.s3;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/// Opens S3 stores by URL: `s3+http://host[:port]/bucket[/prefix]` or `s3+https://...`.
public final class S3ObjectStores {
  private static final String SCHEME = "s3+";

  private S3ObjectStores() {}

  public static boolean understands(URI url) {
    return "s3+http".equals(scheme(url)) || "s3+https".equals(scheme(url));
  }

  /// Opens a store with standard time-outs and parts. Nothing is asked of the server yet.
  ///
  /// @param region empty for the default
  /// @throws IllegalArgumentException if the URL is not of that form, or a key is blank
  public static S3ObjectStore open(URI url, String accessKey, String secretKey, String region) {
    return open(url, accessKey, secretKey, region, Optional.empty());
  }

  /// The same with keys that hold for a while only.
  public static S3ObjectStore open(
      URI url, String accessKey, String secretKey, String region, Optional<String> sessionToken) {
    return S3ObjectStore.open(
        settings(url, accessKey, secretKey, region).withSessionToken(sessionToken));
  }

  /// What a URL and its credentials mean.
  public static S3Settings settings(URI url, String accessKey, String secretKey, String region) {
    if (!understands(url)
        || url.getHost() == null
        || url.getQuery() != null
        || url.getFragment() != null) {
      throw new IllegalArgumentException(
          "not of the form s3+http(s)://host[:port]/bucket[/prefix]: '" + redacted(url) + "'");
    }
    if (url.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "a URL is no place for credentials: '" + redacted(url) + "'");
    }
    String path = url.getPath().replaceFirst("^/+", "").replaceFirst("/+$", "");
    int slash = path.indexOf('/');
    String bucket = slash < 0 ? path : path.substring(0, slash);
    if (bucket.isEmpty()) {
      throw new IllegalArgumentException("names no bucket: '" + url + "'");
    }
    URI endpoint =
        URI.create(
            scheme(url).substring(SCHEME.length())
                + "://"
                + url.getHost()
                + (url.getPort() < 0 ? "" : ":" + url.getPort()));
    return new S3Settings(
        endpoint,
        bucket,
        slash < 0 ? "" : path.substring(slash + 1) + "/",
        region.isBlank() ? S3Settings.DEFAULT_REGION : region,
        accessKey,
        secretKey,
        S3Timeouts.STANDARD,
        S3Settings.PART_BYTES,
        Optional.empty());
  }

  private static String scheme(URI url) {
    return url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
  }

  private static String redacted(URI url) {
    return url.toString().replaceFirst("//[^/@]*@", "//***@");
  }
}
