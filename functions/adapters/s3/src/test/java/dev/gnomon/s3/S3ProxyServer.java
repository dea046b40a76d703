package dev.gnomon.s3;

import dev.gnomon.verification.tls.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;

/// An S3 server on a directory, in this process, on a free port.
final class S3ProxyServer implements AutoCloseable {
  static final String ACCESS_KEY = "test-access";
  static final String SECRET_KEY = "test-secret";

  private final Path directory;
  private final BlobStore blobs;
  private final S3Proxy server;

  S3ProxyServer(Path directory) throws Exception {
    this(directory, builder -> builder.endpoint(URI.create("http://127.0.0.1:0")));
  }

  /// Behind TLS.
  static S3ProxyServer secure(Path directory, TestAuthority.Issued issued) throws Exception {
    return new S3ProxyServer(
        directory,
        builder ->
            builder
                .secureEndpoint(URI.create("https://127.0.0.1:0"))
                .keyStore(issued.store().toString(), TestAuthority.PASSWORD));
  }

  private S3ProxyServer(Path directory, UnaryOperator<S3Proxy.Builder> endpoint) throws Exception {
    this.directory = directory;
    Properties properties = new Properties();
    properties.setProperty("jclouds.filesystem.basedir", directory.toRealPath().toString());
    this.blobs = BlobStores.create("filesystem", properties);
    this.server =
        endpoint
            .apply(S3Proxy.builder().blobStore(blobs))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
            .stopTimeout(0)
            .build();
    server.start();
  }

  void makeBucket(String bucket) throws IOException {
    Files.createDirectory(directory.resolve(bucket));
  }

  URI url(String path) {
    return URI.create("s3+http://127.0.0.1:" + server.getPort() + "/" + path);
  }

  int securePort() {
    return server.getSecurePort();
  }

  S3Settings settings(String path) {
    return S3ObjectStores.settings(url(path), ACCESS_KEY, SECRET_KEY, "");
  }

  @Override
  public void close() throws Exception {
    server.stop();
    blobs.close();
  }
}
