package dev.gnomon.s3;

import io.minio.Http;
import io.minio.ListObjectVersionsArgs;
import io.minio.MinioAsyncClient;
import java.util.concurrent.CompletableFuture;
import okhttp3.Response;

/// The client with one call more: a list of versions as the server sent it. The client's own
/// reading of it keeps versions and delete markers apart, so that nobody can tell which came first
/// of those that have the same time.
final class S3Client extends MinioAsyncClient {
  S3Client(MinioAsyncClient client) {
    super(client);
  }

  /// @return to be closed
  CompletableFuture<Response> versions(ListObjectVersionsArgs args) {
    Http.QueryParameters query =
        new Http.QueryParameters(
            "versions",
            "",
            "encoding-type",
            "url",
            "max-keys",
            Integer.toString(args.maxKeys()),
            "prefix",
            args.prefix() == null ? "" : args.prefix());
    if (args.keyMarker() != null) {
      query.put("key-marker", args.keyMarker());
    }
    if (args.versionIdMarker() != null) {
      query.put("version-id-marker", args.versionIdMarker());
    }
    return executeGetAsync(args, new Http.Headers(), query);
  }
}
