package dev.gnomon.local.servers;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.gaul.s3proxy.AccessGrant;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jboss.logging.Logger;

/// S3 over the directories of local cells: the object `a/b` of a cell is the file `CELL/a/b`, as
/// the directory object store has it. Each cell has credentials of its own, which open its bucket
/// only.
///
/// The functions of the local stack use the directories themselves (fsynced); this is for S3
/// clients. S3Proxy creates with `If-None-Match: *` by a hard link, as the directory store does, so
/// both keep create-only together.
public final class EmbeddedS3 implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(EmbeddedS3.class);
  private static final int MAX_THREADS = 32;

  private final S3Proxy server;

  private EmbeddedS3(S3Proxy server) {
    this.server = server;
  }

  /// @param cells the directory that holds one directory a cell
  /// @param buckets of the cells whose directories are there
  /// @throws ServerException if it can't be started
  public static EmbeddedS3 start(Path cells, Collection<CellBucket> buckets) {
    try {
      for (CellBucket bucket : buckets) {
        link(cells, bucket);
      }
      var store = new FilesystemNio2BlobStore(cells.toAbsolutePath().toString());
      Map<String, CellBucket> byKey =
          buckets.stream().collect(Collectors.toMap(CellBucket::accessKey, bucket -> bucket));
      S3Proxy server =
          S3Proxy.builder()
              .blobStore(store)
              .endpoint(URI.create("http://127.0.0.1:0"))
              // Replaced by the locator, but without it requests would need no signature.
              .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "-", "-")
              .jettyMaxThreads(MAX_THREADS)
              .stopTimeout(0) // requests under way are cut off: their callers retry
              .build();
      server.setBlobStoreLocator((key, container, object) -> {
        CellBucket bucket = byKey.get(key);
        return bucket != null && bucket.bucket().equals(container)
            ? new AccessGrant(bucket.secretKey(), store)
            : null;
      });
      server.start();
      return new EmbeddedS3(server);
    } catch (Exception e) { // S3Proxy declares it so
      throw new ServerException("the embedded S3 server does not start: " + e.getMessage(), e);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) { // S3Proxy declares it so
      LOG.warnf("the embedded S3 server did not stop cleanly: %s", e.getMessage());
    }
  }

  /// A bucket that is not named as its directory is a link to it.
  private static void link(Path cells, CellBucket bucket) throws IOException {
    Path name = cells.resolve(bucket.bucket());
    if (!bucket.bucket().equals(bucket.cell().value()) && Files.notExists(name)) {
      Files.createSymbolicLink(name, Path.of(bucket.cell().value()));
    }
  }
}
