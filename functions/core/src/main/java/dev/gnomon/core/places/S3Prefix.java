package dev.gnomon.core.places;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/// The objects of a bucket whose keys begin with a prefix.
///
/// @param endpoint scheme, host and port of the server, such as `https://s3.example.org:9000`
/// @param prefix begins every key of the place; empty for the whole bucket, otherwise it ends in
///   `/`, so that `data` never takes in `database/x`
public record S3Prefix(URI endpoint, String bucket, String prefix) implements Place {
  private static final String SCHEME = "s3+";
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{2,62}");
  private static final int MAX_KEY_BYTES = 1024;

  public S3Prefix {
    if (!BUCKET.matcher(bucket).matches()) {
      throw new IllegalArgumentException(
          "expected the name of a bucket (3 to 63 letters, digits, '.', '_' and '-'), found '%s'"
              .formatted(bucket));
    }
    endpoint = normal(endpoint);
    if (!prefix.isEmpty() && !prefix.endsWith("/")) {
      prefix = prefix + "/";
    }
    if (prefix.getBytes(UTF_8).length >= MAX_KEY_BYTES) {
      throw new IllegalArgumentException("a prefix must be shorter than a key's 1024 bytes");
    }
  }

  public static boolean isAddress(String text) {
    return text.startsWith(SCHEME);
  }

  /// Reads `s3+http(s)://host[:port]/bucket[/prefix]`; what stands for itself in no address is
  /// percent-encoded in the prefix.
  ///
  /// @throws IllegalArgumentException saying what was expected; credentials in it are refused
  public static S3Prefix of(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(expected("found: " + e.getReason()), e);
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "an address must not hold credentials: name environment variables in accessKeyEnv and"
              + " secretKeyEnv");
    }
    String scheme = String.valueOf(uri.getScheme());
    if (!scheme.equals("s3+http") && !scheme.equals("s3+https")) {
      throw new IllegalArgumentException(expected("found the scheme '" + scheme + "'"));
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException(expected("found no host in it"));
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          expected("found '?' or '#': write %3F or %23 where they belong to the prefix"));
    }
    String path = uri.getPath();
    if (path.length() < 2) {
      throw new IllegalArgumentException(expected("found no bucket in it"));
    }
    int slash = path.indexOf('/', 1);
    String bucket = slash < 0 ? path.substring(1) : path.substring(1, slash);
    String prefix = slash < 0 ? "" : path.substring(slash + 1);
    String endpoint = scheme.substring(SCHEME.length()) + "://" + uri.getRawAuthority();
    return new S3Prefix(URI.create(endpoint), bucket, prefix);
  }

  /// The same server by one text: host in lower case, no port where it is the usual one.
  private static URI normal(URI endpoint) {
    String scheme = endpoint.getScheme();
    boolean usual = endpoint.getPort() == (scheme.equals("https") ? 443 : 80);
    int port = usual ? -1 : endpoint.getPort();
    return URI.create(
        scheme
            + "://"
            + endpoint.getHost().toLowerCase(java.util.Locale.ROOT)
            + (port < 0 ? "" : ":" + port));
  }

  private static String expected(String found) {
    return "expected s3+http(s)://host[:port]/bucket[/prefix], " + found;
  }

  /// Whether two places may share objects.
  public boolean overlaps(S3Prefix other) {
    return endpoint.equals(other.endpoint)
        && bucket.equals(other.bucket)
        && (prefix.startsWith(other.prefix) || other.prefix.startsWith(prefix));
  }

  @Override
  public String stored() {
    return toString();
  }

  @Override
  public String toString() {
    String shown = prefix.replaceFirst("(?<=[^/])/$", "");
    String path = "/" + bucket + (prefix.isEmpty() ? "" : "/" + shown);
    try {
      return SCHEME
          + endpoint.getScheme()
          + "://"
          + endpoint.getRawAuthority()
          + new URI(null, null, path, null).getRawPath();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("no address can say " + path, e);
    }
  }
}
