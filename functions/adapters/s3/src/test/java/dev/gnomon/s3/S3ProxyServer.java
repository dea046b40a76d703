package dev.gnomon.s3;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
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
    this.directory = directory;
    Properties properties = new Properties();
    properties.setProperty("jclouds.filesystem.basedir", directory.toRealPath().toString());
    this.blobs = BlobStores.create("filesystem", properties);
    this.server =
        S3Proxy.builder()
            .blobStore(blobs)
            .endpoint(URI.create("http://127.0.0.1:0"))
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

  S3Settings settings(String path) {
    return S3ObjectStores.settings(url(path), ACCESS_KEY, SECRET_KEY, "");
  }

  @Override
  public void close() throws Exception {
    server.stop();
    blobs.close();
  }
}
