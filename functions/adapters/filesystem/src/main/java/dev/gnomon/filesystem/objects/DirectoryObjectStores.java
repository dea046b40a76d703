package dev.gnomon.filesystem.objects;

import dev.gnomon.core.objects.ObjectStoreException;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;

/// Opens directory stores by URL: `file:DIR`, `file:/DIR` or `file:///DIR`.
public final class DirectoryObjectStores {
  private static final String SCHEME = "file";

  private DirectoryObjectStores() {}

  public static boolean understands(URI url) {
    return SCHEME.equals(url.getScheme());
  }

  /// Opens the store on the system's clock; the directory is made if it is not there.
  ///
  /// @throws IllegalArgumentException if the URL is not of the form `file:DIR`
  /// @throws ObjectStoreException PERMANENT if the directory can't be made or used
  public static DirectoryObjectStore open(URI url) {
    return DirectoryObjectStore.open(directory(url), Clock.systemUTC());
  }

  /// Like [#open], but the directory must be there.
  public static DirectoryObjectStore openExisting(URI url) {
    return DirectoryObjectStore.openExisting(directory(url), Clock.systemUTC());
  }

  /// The directory that a URL means; a relative one is below the working directory.
  public static Path directory(URI url) {
    if (!understands(url)
        || url.getAuthority() != null
        || url.getQuery() != null
        || url.getFragment() != null) {
      throw new IllegalArgumentException("not of the form file:DIR: '" + url + "'");
    }
    String path = url.isOpaque() ? url.getSchemeSpecificPart() : url.getPath();
    if (path == null || path.isEmpty()) {
      throw new IllegalArgumentException("names no directory: '" + url + "'");
    }
    try {
      return Path.of(path).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("no directory can be named so: '" + url + "'", e);
    }
  }
}
